/** POST /v1/query: a page as JSON, or the whole result as a stream. */
import { AppError, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type QueryRequest, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { acceptedEncoding } from '../accept/accept-encoding';
import { acceptedType } from '../accept/accept-header';
import { type CursorCodec } from '../cursor/cursor-codec';
import { hiddenFieldErrors, refuseHidden, visibleFields } from '../fields/field-mask';
import { namedFields } from '../fields/named-fields';
import { normalizeFilter } from '../filter/normalize-filter';
import { STREAM_TYPES, streamFormatOf } from '../stream/stream-format';
import { type RecordsStreamer } from '../stream/stream-records';
import { SHAPE_HEADER, toShape } from './query-shape';
import { fromCursorText, recordOrder, toCursorText } from './record-order';
import { type RecordsRepository } from './records.repository';

interface QueryRouteOptions {
  readonly records: RecordsRepository;
  readonly streamRecords: RecordsStreamer;
  readonly cursors: CursorCodec;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

export function createQueryRoute({
  records,
  streamRecords,
  cursors,
  nowMs,
}: QueryRouteOptions): RouteBinding {
  return bindRoute(ROUTES.runQuery, async (request) => {
    const type = acceptedType(request.header('accept'), ['application/json', ...STREAM_TYPES]);
    const { where, order_by: orderBy = [], cursor, count } = request.body;
    const mask = visibleFields(request.caller);
    const asked = namedFields(where);
    refuseHidden([
      ...hiddenFieldErrors(mask, request.body.select ?? [], (index) => ['select', index]),
      ...hiddenFieldErrors(
        mask,
        asked.map(({ name }) => name),
        (index) => asked[index]?.path ?? ['where'],
      ),
      ...hiddenFieldErrors(
        mask,
        orderBy.map(({ field }) => (field.kind === 'attribute' ? 'attributes' : field.name)),
        (index) => ['order_by', index, 'field'],
      ),
    ]);
    const select = request.body.select ?? mask;
    request.setHeader(SHAPE_HEADER, toShape(request.body));
    const today = new Date(nowMs()).toISOString().slice(0, 10);
    const filter = where === undefined ? null : normalizeFilter(where, { today });
    if (type !== 'application/json') {
      refusePageMembers(request.body);
      return streamRecords(
        {
          filter,
          select,
          limit: request.body.limit,
          format: streamFormatOf(type, { escapeFormulas: request.body.csv_formulas === 'escape' }),
          encoding: acceptedEncoding(request.header('accept-encoding')),
        },
        request,
      );
    }
    const limit = pageLimitOf(request.body);
    const order = recordOrder(orderBy);
    // What decides which records follow: page size and fields may change from page to page.
    const scope = JSON.stringify(['query', filter, order]);
    const after = cursor === undefined ? null : fromCursorText(cursors.decode(scope, cursor));

    const [page, counted] = await Promise.all([
      records.readPage({ filter, select, order, after, rowsMax: limit + 1 }, request),
      count === 'none' ? null : records.count(filter, request),
    ]);
    const onPage = page.records.slice(0, limit);
    const last = page.records.length > limit ? onPage.at(-1) : undefined;
    request.setHeader('x-bigdata-rows', String(onPage.length));
    return {
      data: onPage.map(({ fields }) => fields),
      page: {
        limit,
        has_more: last !== undefined,
        next_cursor: last === undefined ? null : cursors.encode(scope, toCursorText(last)),
      },
      count: counted === null ? null : { value: counted.value, relation: 'eq' as const },
      statistics: {
        // The two run side by side.
        elapsed_ms: Math.max(page.statistics.elapsedMs, counted?.statistics.elapsedMs ?? 0),
        rows_read: page.statistics.rowsRead + (counted?.statistics.rowsRead ?? 0),
        bytes_read: page.statistics.bytesRead + (counted?.statistics.bytesRead ?? 0),
      },
      request_id: request.requestId,
    };
  });
}

function pageLimitOf({ limit = PAGE_LIMIT_DEFAULT }: QueryRequest): number {
  if (limit <= PAGE_LIMIT_MAX) return limit;
  throw invalidMember('limit', `Too big: expected number to be <=${PAGE_LIMIT_MAX} for a page`);
}

/** What a stream has no place for is refused rather than overlooked. */
function refusePageMembers({ order_by: orderBy, cursor, count }: QueryRequest): void {
  if (orderBy !== undefined)
    throw invalidMember('order_by', 'A streamed answer comes in the order of record_id');
  if (cursor !== undefined)
    throw invalidMember('cursor', 'A streamed answer is the whole result: it has no pages');
  if (count !== 'none')
    throw invalidMember('count', 'A streamed answer has no place for a count: expected "none"');
}

function invalidMember(name: keyof QueryRequest, detail: string): AppError {
  const pointer = `#/${name}`;
  return new AppError('invalid_request', { detail: `${pointer}: ${detail}`, errors: [{ pointer, detail }] });
}
