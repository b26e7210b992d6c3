/** POST /v1/query */
import { ROUTES } from '@bigdata/models';
import { bindRoute, type RouteBinding } from '@bigdata/platform';
import { acceptedType } from '../accept/accept-header';
import { type CursorCodec } from '../cursor/cursor-codec';
import { normalizeFilter } from '../filter/normalize-filter';

import { type RecordsRepository } from './records.repository';

interface QueryRouteOptions {
  readonly records: RecordsRepository;
  readonly cursors: CursorCodec;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

export function createQueryRoute({ records, cursors, nowMs }: QueryRouteOptions): RouteBinding {
  return bindRoute(ROUTES.runQuery, async (request) => {
    acceptedType(request.header('accept'), ['application/json']);
    const { select, where, limit, cursor, count } = request.body;
    const today = new Date(nowMs()).toISOString().slice(0, 10);
    const filter = where === undefined ? null : normalizeFilter(where, { today });
    // The normalised filter alone: page size and fields may change from page to page.
    const scope = JSON.stringify(['query', filter]);
    const after = cursor === undefined ? null : cursors.decode(scope, cursor);

    const [page, counted] = await Promise.all([
      records.readPage({ filter, select, after, rowsMax: limit + 1 }, request),
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
        next_cursor: last === undefined ? null : cursors.encode(scope, last.key),
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
