/** What the table engine makes of the stored rows of one key, and whether a filter finds it: in plain TypeScript. */
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';
import { isGroup, type NormalizedCondition, type NormalizedFilter } from '../filter/normalized-filter';
import { recordIdOf, SEEN_AT, type StoredRow } from './stored-row';

/** Public field → value; a field that is empty is not there. Attributes are `attributes.<name>`. */
export type MergedRecord = ReadonlyMap<string, string>;

/** @param rows of one key, in the order in which they were stored */
export function mergeRows(rows: readonly StoredRow[]): MergedRecord {
  const merged = new Map<string, string>();
  const entries = new Map<string, readonly [version: number, value: string]>();
  for (const { key, attributes = {}, updated_at: seenAt = SEEN_AT, ...fields } of rows) {
    merged.set('record_id', recordIdOf(key));
    for (const [field, value] of Object.entries(fields)) merged.set(field, value);
    for (const [name, entry] of Object.entries(attributes)) {
      const field = `attributes.${name}`;
      const known = entries.get(field);
      if (known && !isGreater(entry, known)) continue;
      entries.set(field, entry);
      merged.set(field, entry[1]);
    }
    const first = merged.get('first_seen_at');
    const last = merged.get('updated_at');
    merged.set('first_seen_at', first === undefined || seenAt < first ? seenAt : first);
    merged.set('updated_at', last === undefined || seenAt > last ? seenAt : last);
  }
  return merged;
}

/** Of two entries with one version the greater text wins, as in the table. */
function isGreater(one: readonly [number, string], other: readonly [number, string]): boolean {
  return one[0] === other[0] ? one[1] > other[1] : one[0] > other[0];
}

export function matches(filter: NormalizedFilter, record: MergedRecord): boolean {
  if (!isGroup(filter)) return conditionMatches(filter, record);
  return filter.op === 'and'
    ? filter.filters.every((member) => matches(member, record))
    : filter.filters.some((member) => matches(member, record));
}

const FOLDED = ['full_name', 'first_name', 'middle_name', 'last_name', 'company', 'city'];
const ANY_CASE = ['name_prefix', 'name_suffix', 'job_title', 'address', 'region'];

function conditionMatches({ field, values }: NormalizedCondition, record: MergedRecord): boolean {
  const name = field.kind === 'attribute' ? `attributes.${field.name}` : field.name;
  const stored = record.get(name);
  if (stored === undefined) return false;
  if (name === 'email') return values.includes(emailMatchKey(stored));
  if (FOLDED.includes(name)) return values.includes(foldForMatch(stored));
  if (ANY_CASE.includes(name)) return values.some((value) => value.toLowerCase() === stored.toLowerCase());
  return values.includes(stored);
}
