/** What the stored rows of one key come to, and whether a filter finds it: in plain TypeScript. */
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';
import { isGroup, type NormalizedCondition, type NormalizedFilter } from '../filter/normalized-filter';
import { jobIdOf, recordIdOf, SEEN_AT, type StoredRow, TEXT_FIELDS } from './stored-row';

/**
 * Public field → value; a field that is empty is not there. Attributes are `attributes.<name>`, texts as they stood
 * in the source `raw.<field>`.
 */
export type MergedRecord = ReadonlyMap<string, string>;

/** @param rows of one key, in any order, each as often as you like: load and place alone say which is the latest */
export function mergeRows(rows: readonly StoredRow[]): MergedRecord {
  const merged = new Map<string, string>();
  const versions = new Map<string, number>();
  for (const row of rows.toSorted((one, other) => versionOf(one) - versionOf(other))) {
    const { key, attributes = {}, raw = {}, updated_at: seenAt = SEEN_AT } = row;
    merged.set('record_id', recordIdOf(key));
    merged.set('ingest_id', jobIdOf(row.load ?? 1));
    for (const [field, value] of [
      ...TEXT_FIELDS.map((name) => [name, row[name]] as const),
      ...Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value] as const),
      ...Object.entries(raw).map(([field, value]) => [`raw.${field}`, value] as const),
    ]) {
      if (value === undefined) continue;
      merged.set(field, value);
      versions.set(field, versionOf(row));
    }
    keep(merged, 'dataset', row.dataset, (known, given) => given > known);
    keep(merged, 'first_seen_at', seenAt, (known, given) => given < known);
    keep(merged, 'updated_at', seenAt, (known, given) => given > known);
  }
  // An extension belongs to its number, and a text in the source is older news than a value that came after it.
  if (versions.get('phone_extension') !== versions.get('phone')) merged.delete('phone_extension');
  for (const [field, version] of versions) {
    if ((versions.get(`raw.${field}`) ?? version) < version) merged.delete(`raw.${field}`);
  }
  return merged;
}

/** Places stay below 1,000,000 here. */
function versionOf({ load = 1, place = 0 }: StoredRow): number {
  return load * 1_000_000 + place;
}

function keep(
  merged: Map<string, string>,
  field: string,
  given: string | undefined,
  isBetter: (known: string, given: string) => boolean,
): void {
  const known = merged.get(field);
  if (given !== undefined && (known === undefined || isBetter(known, given))) merged.set(field, given);
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
