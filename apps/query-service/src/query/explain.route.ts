/** POST /v1/query/explain: what the query would do as a page of JSON. No record is read. */
import { type ExplainAnswer, type Price, ROUTES } from '@bigdata/models';
import { bindRoute, type Caller, type RouteBinding } from '@bigdata/platform';
import { acceptedType } from '../accept/accept-header';
import { type CursorCodec } from '../cursor/cursor-codec';
import { indexesOf } from '../filter/candidate-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { toRequestFilter } from '../filter/request-filter';
import { buildPageQuery } from './build-query';
import { SHAPE_HEADER, toShape } from './query-shape';
import { readPage, readSelection, refuseHiddenFields } from './read-query';
import { type RecordsRepository } from './records.repository';

interface ExplainRouteOptions {
  readonly records: Pick<RecordsRepository, 'estimateRows'>;
  readonly cursors: CursorCodec;
  /** The wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

export function createExplainRoute({ records, cursors, nowMs }: ExplainRouteOptions): RouteBinding {
  return bindRoute(ROUTES.explainQuery, async (request): Promise<ExplainAnswer> => {
    acceptedType(request.header('accept'), ['application/json']);
    refuseHiddenFields(request.body, request.caller);
    request.setHeader(SHAPE_HEADER, toShape(request.body));
    const selection = readSelection(request.body, request.caller, nowMs());
    const { limit, spec } = readPage(request.body, selection, cursors);
    return {
      filter: selection.filter && toRequestFilter(selection.filter),
      sql: buildPageQuery(spec).sql,
      estimated_rows: await records.estimateRows(spec, request),
      index: indexOf(selection.filter),
      price: priceOf(request.caller, limit),
      request_id: request.requestId,
    };
  });
}

function indexOf(filter: NormalizedFilter | null): string | null {
  const indexes = filter === null ? [] : indexesOf(filter);
  return indexes.length === 0 ? null : indexes.join('+');
}

/** Only the gateway knows prices: without it there is none to tell. */
function priceOf(caller: Caller, records: number): ExplainAnswer['price'] {
  const price: Price | undefined = caller.kind === 'user' ? caller.queryPrice : undefined;
  if (price === undefined) return null;
  return { ...price, most: price.base + price.per_record * records };
}
