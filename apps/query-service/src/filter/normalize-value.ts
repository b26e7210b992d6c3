/** One value of a condition → the value that is compared with the data, by the field's own normaliser. */
import { type AttributeType, type FilterField, type RecordFieldName } from '@bigdata/models';
import {
  foldForMatch,
  type NormalizationCode,
  type NormalizedValue,
  normalizeBirthDate,
  normalizeCountry,
  normalizeEmail,
  normalizeGender,
  normalizeName,
  normalizePhone,
  normalizePostalCode,
  normalizeText,
  normalizeWebsite,
  parseFullName,
} from '@bigdata/normalization';

export interface ValueContext {
  /** ISO 3166-1 alpha-2 of an equality on `country` that holds beside the value, for national spellings. */
  readonly country: string | undefined;
  /** Today as YYYY-MM-DD. */
  readonly today: string;
}

export type ValueResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly detail: string; readonly hint?: string };

export type Normalizer = (raw: string, context: ValueContext) => ValueResult;
export type ValueNormalizer = (field: FilterField, raw: string, context: ValueContext) => ValueResult;

const REASONS: Readonly<Record<NormalizationCode, string>> = {
  empty: 'the value is empty; "exists" asks whether a field has one',
  too_long: 'the value is too long for this field',
  invalid_email: 'not an e-mail address',
  invalid_phone: 'not a valid phone number',
  invalid_country: 'not a country',
  invalid_birth_date: 'not a date',
  ambiguous_birth_date: 'day and month cannot be told apart',
  birth_date_out_of_range: 'the date is in the future or before the years that records hold',
  invalid_website: 'not a web address',
  invalid_postal_code: 'not a postal code',
  invalid_gender: 'not a gender that records hold',
};

const DATE_HINT = 'write it as YYYY-MM-DD';
const HINTS: Readonly<Partial<Record<NormalizationCode, string>>> = {
  invalid_email: 'for example jane@example.com',
  invalid_country: 'write the ISO 3166-1 alpha-2 code, such as US',
  invalid_birth_date: DATE_HINT,
  ambiguous_birth_date: DATE_HINT,
  birth_date_out_of_range: DATE_HINT,
  invalid_website: 'for example https://example.com',
  invalid_gender: 'one of female, male, other',
};

const NATIONAL_PHONE_HINT =
  'write it as +<country code><number>, or add a condition "country" eq, such as "US", in the same "and"';

function explained(result: NormalizedValue): ValueResult {
  if (result.ok) return result;
  const hint = HINTS[result.code];
  return { ok: false, detail: REASONS[result.code], ...(hint === undefined ? {} : { hint }) };
}

function folded(result: NormalizedValue): ValueResult {
  return result.ok ? { ok: true, value: foldForMatch(result.value) } : explained(result);
}

export const text: Normalizer = (raw) => explained(normalizeText(raw));
export const foldedText: Normalizer = (raw) => folded(normalizeText(raw));
const givenName: Normalizer = (raw) => folded(normalizeName(raw, { part: 'given' }));
const familyName: Normalizer = (raw) => folded(normalizeName(raw, { part: 'family' }));

const fullName: Normalizer = (raw) => {
  const parsed = parseFullName(raw);
  return folded(parsed.ok ? { ok: true, value: parsed.full } : parsed);
};

const email: Normalizer = (raw) => {
  const parsed = normalizeEmail(raw);
  return explained(parsed.ok ? { ok: true, value: parsed.matchKey } : parsed);
};

const phone: Normalizer = (raw, { country }) => {
  const parsed = normalizePhone(raw, { defaultCountry: country });
  if (parsed.ok) return { ok: true, value: parsed.phone };
  if (parsed.code !== 'invalid_phone' || country !== undefined) return explained(parsed);
  return { ok: false, detail: REASONS.invalid_phone, hint: NATIONAL_PHONE_HINT };
};

const birthDate: Normalizer = (raw, { today }) => explained(normalizeBirthDate(raw, { now: today }));

const postalCode: Normalizer = (raw, { country }) => {
  const result = normalizePostalCode(raw, country);
  if (result.ok || country === undefined) return explained(result);
  return { ok: false, detail: `${REASONS[result.code]} of ${country}` };
};

const RECORD_ID = /^[0-9a-f]{32}$/;
const recordId: Normalizer = (raw) => {
  const value = raw.trim().toLowerCase();
  return RECORD_ID.test(value)
    ? { ok: true, value }
    : { ok: false, detail: 'not a record id', hint: 'a record id is 32 hexadecimal characters' };
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const uuid: Normalizer = (raw) => {
  const value = raw.trim().toLowerCase();
  return UUID.test(value)
    ? { ok: true, value }
    : { ok: false, detail: 'not a job id', hint: 'for example 0198c0de-0000-7000-8000-000000000000' };
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const TIMESTAMP_HINT = 'write it as 2026-01-31T12:00:00.000Z, with a time zone and at most milliseconds';
/** DateTime64 of ClickHouse holds no other years. */
const INSTANT_MIN_MS = Date.UTC(1900, 0, 1);
const INSTANT_END_MS = Date.UTC(2262, 0, 1);
/** @returns `YYYY-MM-DD hh:mm:ss.sss` in UTC, as ClickHouse reads it */
const timestamp: Normalizer = (raw) => {
  const written = raw.trim().toUpperCase();
  const atMs = INSTANT.test(written) ? Date.parse(written) : Number.NaN;
  if (!(atMs >= INSTANT_MIN_MS && atMs < INSTANT_END_MS)) {
    return { ok: false, detail: 'not a date with time', hint: TIMESTAMP_HINT };
  }
  return { ok: true, value: new Date(atMs).toISOString().replace('T', ' ').replace('Z', '') };
};

const NORMALIZERS: Readonly<Record<Exclude<RecordFieldName, 'attributes'>, Normalizer>> = {
  record_id: recordId,
  dataset: text,
  email,
  phone,
  full_name: fullName,
  first_name: givenName,
  middle_name: givenName,
  last_name: familyName,
  name_prefix: text,
  name_suffix: text,
  birth_date: birthDate,
  gender: (raw) => explained(normalizeGender(raw)),
  company: foldedText,
  job_title: text,
  website: (raw) => explained(normalizeWebsite(raw)),
  address: text,
  city: foldedText,
  region: text,
  postal_code: postalCode,
  country: (raw) => explained(normalizeCountry(raw)),
  first_seen_at: timestamp,
  updated_at: timestamp,
  ingest_id: uuid,
};

/** Stricter than what JavaScript reads: no hexadecimal numbers, no white space inside, nothing infinite. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const number: Normalizer = (raw) => {
  const value = raw.trim();
  return NUMBER.test(value) && Number.isFinite(Number(value))
    ? { ok: true, value: String(Number(value)) }
    : { ok: false, detail: 'not a number', hint: 'for example 12.5' };
};

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
/** YYYY-MM-DD that is in the calendar. */
export function isIsoDate(text: string): boolean {
  if (!ISO_DATE.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/** A date alone stands for its first moment in UTC. */
export const dateOrTimestamp: Normalizer = (raw, context) => {
  const written = raw.trim();
  return timestamp(isIsoDate(written) ? `${written}T00:00Z` : written, context);
};

/** Attributes are kept as the file has them, without the white space around them. */
const attributeText: Normalizer = (raw) => {
  const value = raw.trim();
  return value === '' ? { ok: false, detail: REASONS.empty } : { ok: true, value };
};

const ATTRIBUTES: Readonly<Record<AttributeType, Normalizer>> = {
  text: attributeText,
  number,
  date: dateOrTimestamp,
};

export const normalizeValue: ValueNormalizer = (field, raw, context) =>
  field.kind === 'attribute' ? ATTRIBUTES[field.type](raw, context) : NORMALIZERS[field.name](raw, context);
