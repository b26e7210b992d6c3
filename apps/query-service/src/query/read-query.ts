/** From the body of a query to what its statements are made of; everything wrong with it is refused here. */
import { AppError, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type QueryRequest } from '@bigdata/models';
import { type Caller } from '@bigdata/platform';
import { type CursorCodec } from '../cursor/cursor-codec';
import { hiddenFieldErrors, refuseHidden, visibleFields } from '../fields/field-mask';
import { namedFields } from '../fields/named-fields';
import { normalizeFilter } from '../filter/normalize-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { type PageSpec } from './build-query';
import { fromCursorText, recordOrder } from './record-order';

/** @throws AppError `invalid_request` that points at every field which the caller's key does not let it see */
export function refuseHiddenFields(
  { select = [], where, order_by = [] }: QueryRequest,
  caller: Caller,
): void {
  const mask = visibleFields(caller);
  const asked = namedFields(where);
  refuseHidden([
    ...hiddenFieldErrors(mask, select, (index) => ['select', index]),
    ...hiddenFieldErrors(
      mask,
      asked.map(({ name }) => name),
      (index) => asked[index]?.path ?? ['where'],
    ),
    ...hiddenFieldErrors(
      mask,
      order_by.map(({ field }) => (field.kind === 'attribute' ? 'attributes' : field.name)),
      (index) => ['order_by', index, 'field'],
    ),
  ]);
}

export interface QuerySelection {
  readonly filter: NormalizedFilter | null;
  readonly select: PageSpec['select'];
}

/** @param nowMs the wall clock, milliseconds since 1970 */
export function readSelection(
  { select, where }: QueryRequest,
  caller: Caller,
  nowMs: number,
): QuerySelection {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  return {
    filter: where === undefined ? null : normalizeFilter(where, { today }),
    select: select ?? visibleFields(caller),
  };
}

export interface QueryPage {
  readonly limit: number;
  /** What cursors of the query are bound to. */
  readonly scope: string;
  /** Asks for one record more than the page holds: it tells whether there is a next one. */
  readonly spec: PageSpec;
}

export function readPage(
  { limit = PAGE_LIMIT_DEFAULT, order_by = [], cursor }: QueryRequest,
  { filter, select }: QuerySelection,
  cursors: CursorCodec,
): QueryPage {
  if (limit > PAGE_LIMIT_MAX)
    throw invalidMember('limit', `Too big: expected number to be <=${PAGE_LIMIT_MAX} for a page`);
  const order = recordOrder(order_by);
  // What decides which records follow: page size and fields may change from page to page.
  const scope = JSON.stringify(['query', filter, order]);
  const after = cursor === undefined ? null : fromCursorText(cursors.decode(scope, cursor));
  return { limit, scope, spec: { filter, select, order, after, rowsMax: limit + 1 } };
}

export function invalidMember(name: keyof QueryRequest, detail: string): AppError {
  const pointer = `#/${name}`;
  return new AppError('invalid_request', { detail: `${pointer}: ${detail}`, errors: [{ pointer, detail }] });
}
