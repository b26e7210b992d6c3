/** Fields that a table or a rule turns into one spelling, and whose texts repeat: postal code, date. */
import { normalizeBirthDate, type NormalizedValue, normalizePostalCode } from '@bigdata/normalization';
import { dayFirstIn } from '../rows/date-order';
import { classify, DIGIT } from './cell-class';
import { remembering } from './memo';
import { type RememberingEncoder } from './remembered-field';
import { type FieldColumns, type RowValues } from './row-values';

/** @param countryOf the country whose spelling the row's codes have */
export function createPostalCodeField(
  values: RowValues,
  field: FieldColumns,
  countryOf: () => string | null,
): RememberingEncoder {
  const normalizers = new Map<string | null, (raw: string) => NormalizedValue>();
  /** Per country and length whether a code of digits alone is left as it is: 0 not asked yet, 1 yes, 2 no. */
  const answers = new Map<string | null, Uint8Array>();
  const keepsDigits = (country: string | null, length: number): boolean => {
    let ofCountry = answers.get(country);
    if (!ofCountry) answers.set(country, (ofCountry = new Uint8Array(DIGITS_MAX + 1)));
    ofCountry[length] ||= digitsStay(country, length) ? 1 : 2;
    return ofCountry[length] === 1;
  };
  return (bytes, start, end) => {
    const country = countryOf();
    const length = end - start;
    if (length <= DIGITS_MAX && classify(bytes, start, end) === DIGIT && keepsDigits(country, length)) {
      values.columns.copy(field.value, bytes, start, end);
      return null;
    }
    let normalize = normalizers.get(country);
    if (!normalize) {
      normalize = remembering((text) => normalizePostalCode(text, country ?? undefined));
      normalizers.set(country, normalize);
    }
    const raw = bytes.toString('utf8', start, end);
    return values.take(field, raw, normalize(raw), bytes, start, end);
  };
}

const DIGITS_MAX = 10;

/** The rules go by the number of digits, not by their values. */
function digitsStay(country: string | null, length: number): boolean {
  return ['1234567890', '9876543210', '0505050505'].every((digits) => {
    const code = digits.slice(0, length);
    const result = normalizePostalCode(code, country ?? undefined);
    return result.ok && result.value === code;
  });
}

const HYPHEN = 0x2d;

/** @param today YYYY-MM-DD */
export function createBirthDateField(
  values: RowValues,
  field: FieldColumns,
  today: string,
  countryOf: () => string | null,
): RememberingEncoder {
  const normalizers = new Map<boolean | undefined, (raw: string) => NormalizedValue>();
  const thisYear = Number(today.slice(0, 4));
  return (bytes, start, end) => {
    if (end - start === 10 && isIsoDate(bytes, start, thisYear)) {
      values.columns.copy(field.value, bytes, start, end);
      return null;
    }
    const dayFirst = dayFirstIn(countryOf() ?? undefined);
    let normalize = normalizers.get(dayFirst);
    if (!normalize) {
      normalize = remembering((text) => normalizeBirthDate(text, { now: today, dayFirst }));
      normalizers.set(dayFirst, normalize);
    }
    const raw = bytes.toString('utf8', start, end);
    return values.take(field, raw, normalize(raw), bytes, start, end);
  };
}

/** YYYY-MM-DD of a year before this one and a day that every month has: what is nearer to an edge is looked at closely. */
function isIsoDate(bytes: Buffer, start: number, thisYear: number): boolean {
  if (bytes[start + 4] !== HYPHEN || bytes[start + 7] !== HYPHEN) return false;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  return year >= 1000 && year < thisYear && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/** The number written there, or -1. */
function digits(bytes: Buffer, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
