import { hash } from 'node:crypto';
import { emailMatchKey } from './email-providers';
import { foldForMatch } from './fold';
import { parseFullName } from './full-name';

/**
 * The identity of a record. Two rows with one key are one record, for good: any change of what is hashed needs a new
 * rule version, or every record loaded before would be loaded again beside itself. Described in docs/dedupe.md,
 * pinned by the vectors in dedupe-key.test.ts.
 */

/** Fields that take part in identity; empty, null and missing are the same. All values are normalised already. */
export const DEDUPE_FIELDS = [
  'email',
  'phone',
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'birth_date',
  'gender',
  'company',
  'job_title',
  'website',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
] as const;

export type DedupeField = (typeof DEDUPE_FIELDS)[number];

export type DedupeRecord = Readonly<Partial<Record<DedupeField, string | null | undefined>>> & {
  /** Columns that map to no field. */
  readonly attributes?: Readonly<Record<string, string | null | undefined>> | null | undefined;
};

export type DedupeRule =
  | 'email.v1'
  | 'phone+last.v1'
  | 'phone+name.v1'
  | 'phone+company.v1'
  | 'phone.v1'
  | 'name+birth.v1'
  | 'name+postal.v1'
  | 'row.v1';

export type DedupeKey = {
  /** 16 bytes */
  readonly key: Buffer;
  readonly rule: DedupeRule;
};

const KEY_BYTES = 16;

/** The key by the best identifiers that the record has, or null when every field is empty. */
export const dedupeKey = (record: DedupeRecord, { dataset }: { dataset: string }): DedupeKey | null => {
  if (record.email) return toKey('email.v1', dataset, [emailMatchKey(record.email)]);
  if (record.phone) return phoneKey(record, record.phone, dataset);
  if (record.birth_date || record.postal_code) {
    const name = identityName(record);
    if (name !== '' && record.birth_date) return toKey('name+birth.v1', dataset, [name, record.birth_date]);
    if (name !== '' && record.postal_code) {
      return toKey('name+postal.v1', dataset, [name, record.postal_code, record.country ?? '']);
    }
  }
  return rowKey(record, dataset);
};

/** 32 lower-case hexadecimal characters. */
export const recordIdFromKey = (key: Buffer): string => key.toString('hex');

/** A number is often shared, by a household or a switchboard, so it identifies only together with a name. */
const phoneKey = (record: DedupeRecord, phone: string, dataset: string): DedupeKey => {
  const last = foldForMatch(lastName(record));
  if (last !== '') return toKey('phone+last.v1', dataset, [phone, last]);
  const name = foldForMatch(record.full_name ?? record.first_name ?? '');
  if (name !== '') return toKey('phone+name.v1', dataset, [phone, name]);
  const company = foldForMatch(record.company ?? '');
  if (company !== '') return toKey('phone+company.v1', dataset, [phone, company]);
  return toKey('phone.v1', dataset, [phone]);
};

const lastName = (record: DedupeRecord): string => {
  if (record.last_name) return record.last_name;
  if (record.first_name || !record.full_name) return '';
  const parsed = parseFullName(record.full_name);
  return parsed.ok ? parsed.last : '';
};

/** First, middle and last name with the suffix that tells father and son apart; the honorific does not count. */
const identityName = (record: DedupeRecord): string => {
  if (record.first_name || record.last_name) {
    return foldName(record.first_name, record.middle_name, record.last_name, record.name_suffix);
  }
  if (!record.full_name) return '';
  const parsed = parseFullName(record.full_name);
  const name = parsed.ok ? foldName(parsed.first, parsed.middle, parsed.last, parsed.suffix) : '';
  return name === '' ? foldForMatch(record.full_name) : name;
};

const foldName = (...parts: (string | null | undefined)[]): string =>
  foldForMatch(parts.filter((part) => part).join(' '));

const rowKey = (record: DedupeRecord, dataset: string): DedupeKey | null => {
  const cells: [name: string, value: string][] = [];
  for (const field of DEDUPE_FIELDS) addCell(cells, field, record[field]);
  for (const [name, value] of Object.entries(record.attributes ?? {}))
    addCell(cells, `attributes.${name}`, value);
  if (cells.length === 0) return null;
  cells.sort(([a], [b]) => (a < b ? -1 : 1));
  return toKey('row.v1', dataset, cells.flat());
};

const addCell = (cells: [string, string][], name: string, value: string | null | undefined): void => {
  if (value) cells.push([name.normalize('NFC'), value.normalize('NFC')]);
};

/** Every part with its length in front, so that no two lists of parts give one text. */
const toKey = (rule: DedupeRule, dataset: string, parts: readonly string[]): DedupeKey => {
  let text = encode('bigdata.dedupe') + encode(rule) + encode(dataset);
  for (const part of parts) text += encode(part);
  return { key: hash('sha256', text, 'buffer').subarray(0, KEY_BYTES), rule };
};

const encode = (part: string): string => `${Buffer.byteLength(part)}:${part},`;
