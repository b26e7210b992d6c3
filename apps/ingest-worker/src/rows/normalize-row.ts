/**
 * The cells of one row as a record, by the plain use of the normalisers: for analysis, for linkage, and as the reference
 * that the batch encoder is held to. Pure. A cell that does not normalise never costs the row: its column stays
 * empty, its text goes into `raw_values`, and it is among the row's refusals.
 */
import { type RecordFieldName } from '@bigdata/models';
import {
  foldForMatch,
  joinName,
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
  type NormalizedValue,
} from '@bigdata/normalization';
import { type Column } from '../mapping/map-columns';
import { REJECT_COLUMNS } from '../encode/row-cells';
import { dayFirstIn } from './date-order';
import { RecordRow } from './record-row';

export interface RowRules {
  /** How phones, postal codes and dates of rows without a country are read. Where no column tells the country, theirs. */
  readonly country: string | null;
  /** YYYY-MM-DD of the job's start, not of the try: a retry must come to the same rows. */
  readonly today: string;
}

export type NormalizeRow = (
  cells: readonly string[],
  extras?: readonly (readonly [name: string, value: string])[],
) => RecordRow;

export function createRowNormalizer(columns: readonly Column[], rules: RowRules): NormalizeRow {
  const indexOf = new Map<RecordFieldName, number>();
  const attributes: { name: string; index: number }[] = [];
  columns.forEach(({ name, field }, index) => {
    if (REJECT_COLUMNS.has(name)) return;
    if (field === null) attributes.push({ name, index });
    else indexOf.set(field, index);
  });
  const at = (field: RecordFieldName): number => indexOf.get(field) ?? -1;
  const index = {
    email: at('email'),
    phone: at('phone'),
    full_name: at('full_name'),
    first_name: at('first_name'),
    middle_name: at('middle_name'),
    last_name: at('last_name'),
    name_prefix: at('name_prefix'),
    name_suffix: at('name_suffix'),
    birth_date: at('birth_date'),
    gender: at('gender'),
    company: at('company'),
    job_title: at('job_title'),
    website: at('website'),
    address: at('address'),
    city: at('city'),
    region: at('region'),
    postal_code: at('postal_code'),
    country: at('country'),
  } as const;
  type Field = keyof typeof index;
  const countryOf = remembering(normalizeCountry);
  const genderOf = remembering(normalizeGender);

  // The row under way: the helpers below are made once and not for every row, of which there are millions.
  let cells: readonly string[] = [];
  let row = new RecordRow();

  const cell = (field: Field): string => {
    const text = cells[index[field]] ?? '';
    return isBlank(text) ? '' : text;
  };
  const refuse = (field: Field, raw: string, code: string): null => {
    row.rawEntries.push([field, raw]);
    row.refusals.push([field, code]);
    return null;
  };
  const keep = (field: Field, raw: string, value: string): string => {
    if (value !== raw) row.rawEntries.push([field, raw]);
    return value;
  };
  const accept = (field: Field, raw: string, result: NormalizedValue): string | null =>
    result.ok ? keep(field, raw, result.value) : refuse(field, raw, result.code);
  const read = (field: Field, normalize: (raw: string) => NormalizedValue): string | null => {
    const raw = cell(field);
    return raw === '' ? null : accept(field, raw, normalize(raw));
  };

  return (given, extras = []) => {
    cells = given;
    row = new RecordRow();

    row.country = index.country === -1 ? rules.country : read('country', countryOf);
    const country = row.country ?? rules.country ?? undefined;

    const email = cell('email');
    if (email !== '') {
      const result = normalizeEmail(email);
      if (result.ok) {
        row.email = keep('email', email, result.email);
        row.email_match = result.matchKey;
      } else refuse('email', email, result.code);
    }

    const phone = cell('phone');
    if (phone !== '') {
      const result = normalizePhone(phone, { defaultCountry: country });
      if (result.ok) {
        row.phone = keep('phone', phone, result.phone);
        row.phone_extension = result.extension ?? null;
      } else refuse('phone', phone, result.code);
    }

    row.first_name = read('first_name', readGiven);
    row.middle_name = read('middle_name', readGiven);
    row.last_name = read('last_name', readFamily);
    row.name_prefix = read('name_prefix', readText);
    row.name_suffix = read('name_suffix', readText);
    const fullName = cell('full_name');
    if (fullName !== '') {
      const parsed = parseFullName(fullName);
      if (parsed.ok) {
        row.full_name = keep('full_name', fullName, parsed.full);
        if (row.first_name === null && row.last_name === null) {
          row.first_name = parsed.first || null;
          row.middle_name ??= parsed.middle || null;
          row.last_name = parsed.last || null;
        }
        row.name_prefix ??= parsed.prefix || null;
        row.name_suffix ??= parsed.suffix || null;
      } else refuse('full_name', fullName, parsed.code);
    }
    if (row.full_name === null && (row.first_name !== null || row.last_name !== null)) {
      row.full_name = joinName({
        prefix: row.name_prefix ?? '',
        first: row.first_name ?? '',
        middle: row.middle_name ?? '',
        last: row.last_name ?? '',
        suffix: row.name_suffix ?? '',
      });
    }

    const birthDate = cell('birth_date');
    if (birthDate !== '') {
      const options = { now: rules.today, dayFirst: dayFirstIn(country) };
      row.birth_date = accept('birth_date', birthDate, normalizeBirthDate(birthDate, options));
    }
    row.gender = read('gender', genderOf);
    row.company = read('company', readText);
    row.job_title = read('job_title', readText);
    row.website = read('website', normalizeWebsite);
    row.address = read('address', readText);
    row.city = read('city', readText);
    row.region = read('region', readText);
    const postalCode = cell('postal_code');
    if (postalCode !== '') {
      row.postal_code = accept('postal_code', postalCode, normalizePostalCode(postalCode, country));
    }

    row.full_name_match = fold(row.full_name);
    row.first_name_match = fold(row.first_name);
    row.middle_name_match = fold(row.middle_name);
    row.last_name_match = fold(row.last_name);
    row.company_match = fold(row.company);
    row.city_match = fold(row.city);

    for (const { name, index: column } of attributes) {
      const value = (cells[column] ?? '').trim();
      if (value !== '') row.attributeEntries.push([name, value]);
    }
    for (const [name, text] of extras) {
      const value = text.trim();
      if (value !== '') row.attributeEntries.push([name, value]);
    }
    return row;
  };
}

const readText = (raw: string): NormalizedValue => normalizeText(raw);
const readGiven = (raw: string): NormalizedValue => normalizeName(raw, { part: 'given' });
const readFamily = (raw: string): NormalizedValue => normalizeName(raw, { part: 'family' });

const fold = (value: string | null): string | null => (value === null ? null : foldForMatch(value));

/** A cell that begins with a printable ASCII character, as most do, needs no second look. */
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return text === '' || ((first <= 0x20 || first >= 0x7f) && text.trim() === '');
}

const REMEMBERED_MAX = 1_000;
/** Longer texts are slices of the reader's window, and remembering one would keep the whole window. */
const REMEMBERED_CHARS = 12;

/** For fields of few different values: a map is faster than reading the text again. */
function remembering(normalize: (raw: string) => NormalizedValue): (raw: string) => NormalizedValue {
  const known = new Map<string, NormalizedValue>();
  return (raw) => {
    const before = known.get(raw);
    if (before !== undefined) return before;
    const result = normalize(raw);
    if (raw.length <= REMEMBERED_CHARS && known.size < REMEMBERED_MAX) known.set(raw, result);
    return result;
  };
}
