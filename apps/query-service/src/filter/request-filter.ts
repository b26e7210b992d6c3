/** A normalised filter in the language of requests: what `where` says once its values are those that are compared. */
import { type FilterField, type FilterOperator, RECORD_FIELDS } from '@bigdata/models';
import { isGroup, isNegation, type NormalizedFilter } from './normalized-filter';

/** An object of `where`. */
export type RequestFilter = Readonly<Record<string, unknown>>;

const TAKES_A_LIST: ReadonlySet<FilterOperator> = new Set(['in', 'not_in', 'between']);

export function toRequestFilter(filter: NormalizedFilter): RequestFilter {
  if (isGroup(filter)) return { [filter.op]: filter.filters.map(toRequestFilter) };
  if (isNegation(filter)) return { not: toRequestFilter(filter.filter) };
  const { field, op } = filter;
  const values = isMoment(field) ? filter.values.map(toIsoText) : filter.values;
  return {
    ...(field.kind === 'field'
      ? { field: field.name }
      : { field: `attributes.${field.name}`, type: field.type }),
    op,
    ...(op === 'exists' ? {} : { value: TAKES_A_LIST.has(op) ? values : values[0] }),
  };
}

function isMoment(field: FilterField): boolean {
  return field.kind === 'attribute' ? field.type === 'date' : RECORD_FIELDS[field.name].type === 'timestamp';
}

/** @param moment `YYYY-MM-DD hh:mm:ss.sss` in UTC, as ClickHouse reads it */
function toIsoText(moment: string): string {
  return `${moment.replace(' ', 'T')}Z`;
}
