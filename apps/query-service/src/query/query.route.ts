/** POST /v1/query: a page as JSON, or the whole result as a stream. */
import { type QueryRequest, ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { acceptedEncoding } from '../accept/accept-encoding';
import { acceptedType } from '../accept/accept-header';
import { type CursorCodec } from '../cursor/cursor-codec';
import { STREAM_TYPES, streamFormatOf } from '../stream/stream-format';
import { type RecordsStreamer } from '../stream/stream-records';
import { besidePage } from './estimate-count';
import { SHAPE_HEADER, toShape } from './query-shape';
import { invalidMember, readPage, readSelection, refuseHiddenFields } from './read-query';
import { toCursorText } from './record-order';
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
    refuseHiddenFields(request.body, request.caller);
    request.setHeader(SHAPE_HEADER, toShape(request.body));
    const selection = readSelection(request.body, request.caller, nowMs());
    if (type !== 'application/json') {
      refusePageMembers(request.body);
      return streamRecords(
        {
          ...selection,
          limit: request.body.limit,
          format: streamFormatOf(type, { escapeFormulas: request.body.csv_formulas === 'escape' }),
          encoding: acceptedEncoding(request.header('accept-encoding')),
        },
        request,
      );
    }
    const { limit, scope, spec } = readPage(request.body, selection, cursors);

    const { count: mode } = request.body;
    const [page, counted] = await Promise.all([
      records.readPage(spec, request),
      mode === 'none' ? null : records.count(selection.filter, mode, request),
    ]);
    const onPage = page.records.slice(0, limit);
    const last = page.records.length > limit ? onPage.at(-1) : undefined;
    const isAll = spec.after === null && last === undefined;
    request.setHeader('x-bigdata-rows', String(onPage.length));
    return {
      data: onPage.map(({ fields }) => fields),
      page: {
        limit,
        has_more: last !== undefined,
        next_cursor: last === undefined ? null : cursors.encode(scope, toCursorText(last)),
      },
      count: counted && besidePage(counted, { known: page.records.length, isAll }),
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

/** What a stream has no place for is refused rather than overlooked. */
function refusePageMembers({ order_by: orderBy, cursor, count }: QueryRequest): void {
  if (orderBy !== undefined)
    throw invalidMember('order_by', 'A streamed answer comes in the order of record_id');
  if (cursor !== undefined)
    throw invalidMember('cursor', 'A streamed answer is the whole result: it has no pages');
  if (count !== 'none')
    throw invalidMember('count', 'A streamed answer has no place for a count: expected "none"');
}
