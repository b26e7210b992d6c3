/** Whether a column holds telephone numbers. National spellings are numbers of one country: it is looked for. */
import { normalizePhone } from '@bigdata/normalization';

export interface PhoneEvidence {
  /** Share of the values that may be meant as a number, such as local numbers of seven digits. */
  readonly fits: number;
  /** Share that is valid, worldwide or in the country that most of them are of. */
  readonly valid: number;
  /** Share written as only telephone numbers are: with a plus sign, brackets or groups of digits. */
  readonly formatted: number;
  /** Share that begins with a plus sign and is valid. */
  readonly international: number;
}

const LOOKED_AT = 40;
const CHARACTERS =
  /^(?:tel|phone|ph|t|m|mobil|mobile|fax)?[.:]?\s*[+(\d][\d\s().\-–/+]*(?:\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?$/i;
/** Amounts and coordinates, dates, social security numbers, IP addresses, ISBN. */
const OTHER_NUMBERS =
  /^-?\d+[.,]\d+$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$|^\d{3}-\d{2}-\d{4}$|^\d{1,3}(?:\.\d{1,3}){3}$|^97[89]-/;
const GROUPED = /\+|\(\d+\)|\d[\s.\-–/]\(?\d/;

/** A local number in North America, or a postal code in Japan. */
const SEVEN_DIGITS = /^\d{3}-\d{4}$/;

/** Where a national number begins with a zero; without it a number is valid too often. */
const TRUNK_ZERO = [
  'DE',
  'GB',
  'FR',
  'NL',
  'BE',
  'CH',
  'AT',
  'SE',
  'TR',
  'AU',
  'NZ',
  'ZA',
  'JP',
  'KR',
  'IL',
  'UA',
  'EG',
  'ID',
];
const OTHER_PLANS = [
  'US',
  'ES',
  'IT',
  'PL',
  'PT',
  'DK',
  'NO',
  'CZ',
  'FI',
  'BR',
  'MX',
  'IN',
  'CN',
  'RU',
  'GR',
  'HU',
  'RO',
];

/** @param country ISO 3166-1 alpha-2 of the file, where known */
export function phoneEvidence(values: readonly string[], country: string | null): PhoneEvidence {
  const candidates = values.filter(fitsPhone);
  if (candidates.length === 0) return { fits: 0, valid: 0, formatted: 0, international: 0 };
  const share = (count: number): number => count / values.length;
  const looked = candidates.slice(0, LOOKED_AT);
  const extrapolate = (count: number): number => share((count / looked.length) * candidates.length);
  const valid = Math.max(...validByCountry(looked, country));
  const international = looked.filter((text) => isInternational(text) && normalizePhone(text).ok).length;
  return {
    fits: share(candidates.length),
    valid: extrapolate(valid),
    formatted: share(candidates.filter((text) => GROUPED.test(text) && !SEVEN_DIGITS.test(text)).length),
    international: extrapolate(international),
  };
}

function fitsPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 6 && digits <= 17 && CHARACTERS.test(text) && !OTHER_NUMBERS.test(text);
}

const isInternational = (text: string): boolean => /^\s*\+|^00[1-9]/.test(text);
const startsWithZero = (text: string): boolean => /^\(?0/.test(text.trim());

/** How many are valid in each country that comes into question; stops at the first that explains nearly all. */
function* validByCountry(values: readonly string[], country: string | null): Generator<number> {
  const zeros = values.filter(startsWithZero).length;
  const plans = zeros >= values.length / 2 ? TRUNK_ZERO : OTHER_PLANS;
  for (const plan of country === null ? plans : [country, ...plans]) {
    const valid = values.filter((text) => normalizePhone(text, { defaultCountry: plan }).ok).length;
    yield valid;
    if (valid >= values.length * 0.9) return;
  }
}
