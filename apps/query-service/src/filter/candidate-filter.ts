/**
 * A weaker filter that finds the keys of a lookup without merging the table first. Whatever value a merged record
 * shows, one of its stored rows holds it, together with the spelling that is compared: both have the version of that
 * row. So a record that meets a condition has a row that meets it, and of an `and` one member suffices. Holds for
 * operators that ask for a value; the merged record is always tested in full again.
 */
import { type FilterOperator, type RecordFieldName } from '@bigdata/models';
import { isGroup, type NormalizedFilter } from './normalized-filter';

const ASKS_FOR_A_VALUE: Readonly<Record<FilterOperator, boolean>> = { eq: true, in: true };

/** Few records share a value of these; for any other field the scan would cost more than it saves. */
const SELECTIVE: ReadonlySet<RecordFieldName> = new Set(['record_id', 'email', 'phone', 'full_name']);

/** @returns null when the filter has no selective part */
export function candidateFilter(filter: NormalizedFilter): NormalizedFilter | null {
  if (!isGroup(filter)) {
    const selective = filter.field.kind === 'field' && SELECTIVE.has(filter.field.name);
    return selective && ASKS_FOR_A_VALUE[filter.op] ? filter : null;
  }
  const parts = filter.filters.map(candidateFilter).filter((part) => part !== null);
  if (filter.op === 'and') return parts.find(isServedByKey) ?? parts[0] ?? null;
  return parts.length === filter.filters.length ? { op: 'or', filters: parts } : null;
}

/** True for conditions on the key alone, which rows meet or fail together with the record that they merge to. */
export function isServedByKey(part: NormalizedFilter): boolean {
  return isGroup(part)
    ? part.filters.every(isServedByKey)
    : part.field.kind === 'field' && part.field.name === 'record_id';
}
