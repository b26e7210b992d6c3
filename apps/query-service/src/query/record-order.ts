/**
 * The order of records, as SQL. Records without a value come last in both directions, and the key decides among equals,
 * so a record has one place. The key alone never changes in a merge: what compares it may stand before the merge, what
 * compares a value may not.
 */
import { type FilterField, type OrderBy, type OrderDirection } from '@bigdata/models';
import { z } from 'zod';
import { type SqlParameters } from '../clickhouse/sql-parameters';
import { filterColumn } from '../filter/filter-columns';

export interface RecordOrder {
  readonly keys: OrderBy;
  /** Direction of the record id, which comes after the others. */
  readonly idDirection: OrderDirection;
}

/** Where a record stands. */
export interface PagePosition {
  /** Its record id. */
  readonly key: string;
  /** One for every key of the order; '' where it has no value. */
  readonly sortValues: readonly string[];
}

/** Texts are ordered by so many characters, so that a cursor stays small. */
const SORT_CHARS_MAX = 256;
const BY_ID: RecordOrder = { keys: [], idDirection: 'asc' };

/** No two records share an id: what comes after it has nothing to decide. */
export function recordOrder(orderBy: OrderBy): RecordOrder {
  const at = orderBy.findIndex(({ field }) => field.kind === 'field' && field.name === 'record_id');
  if (at === -1) return { keys: orderBy, idDirection: 'asc' };
  return { keys: orderBy.slice(0, at), idDirection: orderBy[at]?.direction ?? 'asc' };
}

interface CompiledOrder {
  /** Texts of a row, for its position. */
  readonly sortValues: readonly string[];
  readonly orderBy: string;
  /** The order that the table is stored in. */
  readonly isStored: boolean;
  /** True of the records after the position: of the key alone, or of values too. */
  readonly afterByKey: readonly string[];
  readonly afterByValues: readonly string[];
}

export function compileOrder(
  { keys, idDirection }: RecordOrder = BY_ID,
  after: PagePosition | null,
  parameters: SqlParameters,
): CompiledOrder {
  const columns = keys.map(({ field, direction }) => ({ ...sortColumn(field, parameters), direction }));
  const orderBy = columns.flatMap(({ expression, missing, direction }) => [
    ...(missing === null ? [] : [missing]),
    towards(expression, direction),
  ]);
  const compiled = {
    sortValues: columns.map(({ text }) => text),
    orderBy: [...orderBy, towards('dedupe_key', idDirection)].join(', '),
    isStored: columns.length === 0 && idDirection === 'asc',
    afterByKey: [],
    afterByValues: [],
  };
  if (after === null) return compiled;
  const id = `unhex(${parameters.one('String', after.key)})`;
  const byId = `dedupe_key ${SIGNS[idDirection]} ${id}`;
  if (columns.length === 0) return { ...compiled, afterByKey: [byId] };
  const byValues = columns.reduceRight(
    (rest, column, index) => afterColumn(column, after.sortValues[index] ?? '', rest, parameters),
    byId,
  );
  return { ...compiled, afterByValues: [byValues] };
}

const SIGNS: Readonly<Record<OrderDirection, string>> = { asc: '>', desc: '<' };

interface SortColumn {
  readonly expression: string;
  readonly text: string;
  /** True where there is no value; null: there always is one. */
  readonly missing: string | null;
  /** A text as the expression is. */
  readonly read: (text: string) => string;
}

function sortColumn(field: FilterField, parameters: SqlParameters): SortColumn {
  const { expression, present, type } = filterColumn(field, 'lt', parameters);
  if (type !== 'String') {
    const moment = `toUnixTimestamp64Milli(${expression})`;
    return {
      expression: moment,
      text: `toString(${moment})`,
      missing: null,
      read: (text) => `toInt64(${text})`,
    };
  }
  const read = (text: string): string => text;
  if (present === null) {
    const digits = `hex(${expression})`;
    return { expression: digits, text: digits, missing: null, read };
  }
  // A selected column goes by the name of the field and is NULL where the table says ''.
  const text = `ifNull(leftUTF8(${expression}, ${SORT_CHARS_MAX}), '')`;
  return { expression: text, text, missing: `empty(${text})`, read };
}

function towards(expression: string, direction: OrderDirection): string {
  return direction === 'asc' ? expression : `${expression} DESC`;
}

/** @param rest true of what comes after the position among those of the same value */
function afterColumn(
  { expression, missing, read, direction }: SortColumn & { readonly direction: OrderDirection },
  value: string,
  rest: string,
  parameters: SqlParameters,
): string {
  if (missing !== null && value === '') return `(${missing} AND ${rest})`;
  const bound = read(parameters.one('String', value));
  const further = `${expression} ${SIGNS[direction]} ${bound}`;
  const beyond = missing === null ? further : `${missing} OR ${further}`;
  return `(${beyond} OR (${expression} = ${bound} AND ${rest}))`;
}

const positionSchema = z.tuple([z.string()]).rest(z.string());

/** For the codec, which signs it: nothing but what it signed is read. */
export function toCursorText({ key, sortValues }: PagePosition): string {
  return JSON.stringify([key, ...sortValues]);
}

export function fromCursorText(text: string): PagePosition {
  const [key, ...sortValues] = positionSchema.parse(JSON.parse(text));
  return { key, sortValues };
}
