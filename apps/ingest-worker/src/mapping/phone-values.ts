/** Whether a column holds telephone numbers. National spellings are numbers of one country: it is looked for. */
import { normalizePhone } from '@bigdata/normalization';

export interface PhoneEvidence {
  /** Share of the values that may be meant as a number, such as local numbers of seven digits. */
  readonly fits: number;
  /** Share that is valid, worldwide or in the one country that most of them are of; 0 below four fifths. */
  readonly valid: number;
  /** Share written as only telephone numbers are: with a plus sign, brackets or groups of digits. */
  readonly formatted: number;
  /** Share that begins with a plus sign and is valid. */
  readonly international: number;
}

const LOOKED_AT = 40;
const MOST = 0.8;
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
  const fits = values.length === 0 ? 0 : candidates.length / values.length;
  if (fits < MOST) return { fits, valid: 0, formatted: 0, international: 0 };
  const looked = candidates.slice(0, LOOKED_AT);
  const share = (is: (text: string) => boolean): number => fits * (looked.filter(is).length / looked.length);
  return {
    fits,
    valid: fits * validInOneCountry(looked, country),
    formatted: share((text) => GROUPED.test(text) && !SEVEN_DIGITS.test(text)),
    international: share((text) => isInternational(text) && normalizePhone(text).ok),
  };
}

function fitsPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 6 && digits <= 17 && CHARACTERS.test(text) && !OTHER_NUMBERS.test(text);
}

const isInternational = (text: string): boolean => /^\s*\+|^00[1-9]/.test(text);
const startsWithZero = (text: string): boolean => /^\(?0/.test(text.trim());

/** Share that is valid in the first country that most values are valid in; 0 where there is none. */
function validInOneCountry(values: readonly string[], country: string | null): number {
  const zeros = values.filter(startsWithZero).length;
  const plans = zeros >= values.length / 2 ? TRUNK_ZERO : OTHER_PLANS;
  for (const plan of country === null ? plans : [country, ...plans]) {
    const valid = validShare(values, plan);
    if (valid >= MOST) return valid;
  }
  return 0;
}

/** 0 as soon as too many are invalid: a parse costs some 30 µs, and most countries are the wrong one. */
function validShare(values: readonly string[], country: string): number {
  let invalid = 0;
  for (const text of values) {
    if (!normalizePhone(text, { defaultCountry: country }).ok) invalid += 1;
    if (invalid > values.length * (1 - MOST)) return 0;
  }
  return 1 - invalid / values.length;
}
