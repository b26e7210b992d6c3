/**
 * GET /v1/stats. An answer is made once for each state of the records and kept in Redis; who has it already is told so.
 * The state is read from ClickHouse each time, so nothing has to be told when a load ends or a person is erased.
 */
import { createHash } from 'node:crypto';
import { type FilterField, ROUTES, type StatsAnswer, statsAnswerSchema } from '@bigdata/models';
import { bindRoute, NOT_MODIFIED, type RouteBinding } from '@bigdata/platform';
import { type AnswerCache } from '@bigdata/redis';
import { type SelectContext } from '../clickhouse/select-runner';
import { hiddenFieldErrors, refuseHidden, visibleFields } from '../fields/field-mask';
import { normalizeFilter } from '../filter/normalize-filter';
import { filterFields } from './filter-fields';
import { type StatsRepository } from './stats.repository';

interface StatsRouteOptions {
  readonly stats: StatsRepository;
  readonly cache: AnswerCache;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

const FIRST_SEEN: FilterField = { kind: 'field', name: 'first_seen_at' };

export function createStatsRoute({ stats, cache, nowMs }: StatsRouteOptions): RouteBinding {
  return bindRoute(ROUTES.readStats, async (request) => {
    const { where, interval, limit } = request.query;
    const groupBy = request.query.group_by ?? (interval === undefined ? [] : [FIRST_SEEN]);
    const today = new Date(nowMs()).toISOString().slice(0, 10);
    const filter = where === undefined ? null : normalizeFilter(where, { today });
    const mask = visibleFields(request.caller);
    refuseHidden([
      ...hiddenFieldErrors(mask, groupBy.map(maskedName), () => ['query', 'group_by']),
      ...hiddenFieldErrors(mask, filterFields(filter), () => ['query', 'where']),
    ]);

    const { version, isErasing } = await stats.readVersion(request);
    const id = digest(JSON.stringify([version, filter, groupBy, interval, limit, mask]));
    // Weak: made anew, an answer of the same state differs in `as_of`.
    const etag = `W/"${id}"`;
    request.setHeader('etag', etag);
    request.setHeader('cache-control', 'private, no-cache');
    if (!isErasing && hasIt(request.header('if-none-match'), etag)) return NOT_MODIFIED;

    const make = async (context: SelectContext): Promise<StatsAnswer> => {
      const asOf = new Date(nowMs()).toISOString();
      if (groupBy.length === 0) return { ...(await stats.readTotals(filter, mask, context)), as_of: asOf };
      const found = await stats.readGroups({ groupBy, filter, interval, limit }, context);
      const groups = interval === undefined ? found.groups : inOrderOfTime(found.groups, groupBy);
      return { ...found, groups, as_of: asOf };
    };
    // While rows are being erased a statement may have begun before they were hidden: then nothing is kept.
    const answer = isErasing
      ? await make(request)
      : statsAnswerSchema.parse(
          // Others may wait for it, so it goes on when this caller goes away.
          JSON.parse(
            await cache.get(id, async () =>
              JSON.stringify(await make({ ...request, signal: new AbortController().signal })),
            ),
          ),
        );
    const ageMs = nowMs() - Date.parse(answer.as_of);
    request.setHeader('age', String(Math.max(0, Math.floor(ageMs / 1_000))));
    if ('groups' in answer) request.setHeader('x-bigdata-rows', String(answer.groups.length));
    return answer;
  });
}

function maskedName(field: FilterField) {
  return field.kind === 'attribute' ? 'attributes' : field.name;
}

function inOrderOfTime<G extends { readonly key: Readonly<Record<string, string | null>> }>(
  groups: readonly G[],
  groupBy: readonly FilterField[],
): G[] {
  const times = groupBy.map(({ name }) => name).filter((name) => /^(?:first_seen|updated)_at$/.test(name));
  const timeOf = ({ key }: G): string => times.map((name) => key[name] ?? '').join(' ');
  return groups.toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)));
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly, or `*`. */
function hasIt(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const strong = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => strong(tag) === strong(etag));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
