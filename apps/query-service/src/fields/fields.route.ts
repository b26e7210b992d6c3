/**
 * GET /v1/fields. Coverage is counted as the totals of GET /v1/stats are, once for each state of the records, over all
 * fields: what a key may see of it is chosen afterwards, so all keys share one count.
 */
import { createHash } from 'node:crypto';
import {
  type FieldsAnswer,
  OPERATORS_OF_ATTRIBUTE,
  OPERATORS_OF_TYPE,
  RECORD_FIELD_NAMES,
  RECORD_FIELDS,
  ROUTES,
  statsTotalsSchema,
} from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { type AnswerCache } from '@bigdata/redis';
import { type SelectContext } from '../clickhouse/select-runner';
import { type StatsRepository } from '../stats/stats.repository';
import { visibleFields } from './field-mask';

interface FieldsRouteOptions {
  readonly stats: StatsRepository;
  readonly cache: AnswerCache;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

const ATTRIBUTES: FieldsAnswer['attributes'] = {
  name: 'attributes.<name>',
  operators: {
    text: [...OPERATORS_OF_ATTRIBUTE.text],
    number: [...OPERATORS_OF_ATTRIBUTE.number],
    date: [...OPERATORS_OF_ATTRIBUTE.date],
  },
  description:
    'An input column that maps to no other field, by its name; compared as text unless the condition has another `type`',
};

const coverageSchema = statsTotalsSchema.pick({ records: true, coverage: true, as_of: true });

export function createFieldsRoute({ stats, cache, nowMs }: FieldsRouteOptions): RouteBinding {
  return bindRoute(ROUTES.listFields, async (request): Promise<FieldsAnswer> => {
    const count = async (context: SelectContext) => {
      const asOf = new Date(nowMs()).toISOString();
      const { records, coverage } = await stats.readTotals(null, undefined, context);
      return { records, coverage, as_of: asOf };
    };
    const { version, isErasing } = await stats.readVersion(request);
    const id = createHash('sha256')
      .update(JSON.stringify(['fields', version]))
      .digest('base64url');
    // While rows are being erased a statement may have begun before they were hidden: then nothing is kept.
    const counted = isErasing
      ? await count(request)
      : coverageSchema.parse(
          // Others may wait for it, so it goes on when this caller goes away.
          JSON.parse(
            await cache.get(id, async () =>
              JSON.stringify(await count({ ...request, signal: new AbortController().signal })),
            ),
          ),
        );
    request.setHeader('cache-control', 'private, no-cache');
    const visible = visibleFields(request.caller) ?? RECORD_FIELD_NAMES;
    return {
      fields: RECORD_FIELD_NAMES.filter((name) => visible.includes(name)).map((name) => {
        const { type, description } = RECORD_FIELDS[name];
        // A field that no count is made of is one that every record has.
        const coverage = counted.coverage[name] ?? (counted.records === 0 ? 0 : 1);
        // A filter names single attributes, never all of them.
        const operators = name === 'attributes' ? [] : [...OPERATORS_OF_TYPE[type]];
        return { name, type, operators, description, coverage };
      }),
      attributes: visible.includes('attributes') ? ATTRIBUTES : null,
      as_of: counted.as_of,
    };
  });
}
