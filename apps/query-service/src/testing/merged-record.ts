/** What the stored rows of one key come to, and whether a filter finds it: in plain TypeScript. */
import { emailMatchKey, foldForMatch } from '@bigdata/normalization';
import {
  isGroup,
  isNegation,
  type NormalizedCondition,
  type NormalizedFilter,
} from '../filter/normalized-filter';
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
  if (isNegation(filter)) return !matches(filter.filter, record);
  if (!isGroup(filter)) return conditionMatches(filter, record);
  return filter.op === 'and'
    ? filter.filters.every((member) => matches(member, record))
    : filter.filters.some((member) => matches(member, record));
}

const FOLDED = ['full_name', 'first_name', 'middle_name', 'last_name', 'company', 'city'];
const ANY_CASE = ['name_prefix', 'name_suffix', 'job_title', 'address', 'region'];

/** Negative, 0 or positive, as code points order the texts and numbers order themselves. */
type Compare = (stored: string, value: string) => number;

const asTexts: Compare = (stored, value) => Buffer.compare(Buffer.from(stored), Buffer.from(value));
const asNumbers: Compare = (stored, value) => Number(stored) - Number(value);
const asMoments: Compare = (stored, value) => momentOf(stored) - momentOf(value);

/** A text without a zone is of UTC. */
function momentOf(text: string): number {
  const [day = '', time = '00:00'] = text.split(/[T ]/);
  const hasZone = /Z|[+-]\d\d:\d\d$/.test(time);
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return Number.NaN;
  return Math.trunc(Date.parse(`${day}T${time}${hasZone ? '' : 'Z'}`));
}

function conditionMatches({ op, field, values }: NormalizedCondition, record: MergedRecord): boolean {
  if (op === 'ne') return !conditionMatches({ op: 'eq', field, values }, record);
  if (op === 'not_in') return !conditionMatches({ op: 'in', field, values }, record);
  const name = field.kind === 'attribute' ? `attributes.${field.name}` : field.name;
  const given = record.get(name);
  if (given === undefined) return false;
  const type = field.kind === 'attribute' ? field.type : 'text';
  if (type === 'number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given)) return false;
  if (type === 'date' && Number.isNaN(momentOf(given))) return false;
  if (op === 'exists') return true;
  const { stored, wanted } = comparable(name, op, given, values);
  const compare = { text: asTexts, number: asNumbers, date: asMoments }[type];
  const [first = '', second = ''] = wanted;
  switch (op) {
    case 'eq':
    case 'in':
      return wanted.some((value) => compare(stored, value) === 0);
    case 'lt':
      return compare(stored, first) < 0;
    case 'lte':
      return compare(stored, first) <= 0;
    case 'gt':
      return compare(stored, first) > 0;
    case 'gte':
      return compare(stored, first) >= 0;
    case 'between':
      return compare(stored, first) >= 0 && compare(stored, second) <= 0;
    case 'prefix':
      return stored.startsWith(first);
    case 'contains':
      return stored.includes(first);
  }
}

/** What `order_by` looks at; undefined where there is no value. */
export function sortTextOf(name: string, record: MergedRecord): string | undefined {
  const given = record.get(name);
  return given === undefined ? undefined : comparable(name, 'lt', given, []).stored;
}

/** Both sides in the spelling that the field is compared by. */
function comparable(
  name: string,
  op: NormalizedCondition['op'],
  stored: string,
  values: readonly string[],
): { stored: string; wanted: readonly string[] } {
  const isEquality = op === 'eq' || op === 'in';
  if (name === 'email' && isEquality) return { stored: emailMatchKey(stored), wanted: values };
  if (FOLDED.includes(name)) return { stored: foldForMatch(stored), wanted: values };
  const isPart = op === 'prefix' || op === 'contains';
  if (ANY_CASE.includes(name) || (name === 'website' && isPart)) {
    return { stored: stored.toLowerCase(), wanted: values.map((value) => value.toLowerCase()) };
  }
  return { stored, wanted: values };
}
