/** What one cell looks like, field by field. Pure. "Fits" means that it may be meant as a value of the field. */
import {
  foldForMatch,
  normalizeBirthDate,
  normalizeCountry,
  normalizeEmail,
  normalizeGender,
  normalizePostalCode,
  normalizeWebsite,
  parseFullName,
} from '@bigdata/normalization';
import { FAMILY_NAME_CHARACTERS, GIVEN_NAMES, HONORIFICS, ORGANISATION_WORDS } from './person-words';

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const PLACEHOLDERS = new Set(
  'na none null nil nan blank unknown undefined empty missing tbd nothing'
    .split(' ')
    .concat('n a', 'not available', 'not provided', 'not applicable', 'keine angabe', '0', 'k a'),
);

/** Cells that say that nothing is known. They are evidence for nothing. */
export function isPlaceholder(text: string): boolean {
  return !LETTER_OR_DIGIT.test(text) || text === '-0-' || PLACEHOLDERS.has(foldForMatch(text));
}

export const isEmail = (text: string): boolean => text.includes('@') && normalizeEmail(text).ok;
export const fitsEmail = (text: string): boolean => /\S@\S/.test(text);

export const isUrl = (text: string): boolean =>
  /^(?:https?:\/\/|www\.)\S+\.\S/i.test(text) && normalizeWebsite(text).ok;
export const fitsWebsite = (text: string): boolean =>
  /^[^\s@]+\.\p{L}/u.test(text) && normalizeWebsite(text).ok;

const DATE_LIKE =
  /^\d{1,4}[-/. ]\s?(?:\d{1,2}|\p{L}{3,10})\.?[-/. ,]\s?\d{2,4}\.?(?:[T ].*)?$|^\d{1,2}[-/. ]\d{1,2}\.?$/u;
const DIGITS_OF_DATE = /^(?:1[89]|20)\d{2}$|^(?:1[89]|20)\d{6}$|^\d{5}$/;

export const isDate = (text: string): boolean => yearOf(text) !== null;
export const fitsBirthDate = (text: string): boolean =>
  DATE_LIKE.test(text) || DIGITS_OF_DATE.test(text) || isDate(text);

/** Year of a full date, whatever the order of day and month; null for anything else. */
export function yearOf(text: string): number | null {
  const result = normalizeBirthDate(text, { now: '9999-12-31', dayFirst: true });
  return result.ok ? Number(result.value.slice(0, 4)) : null;
}

export const isGender = (text: string): 'female' | 'male' | 'other' | null => {
  const result = normalizeGender(text);
  return result.ok ? (result.value as 'female' | 'male' | 'other') : null;
};
/** 0, 1, 2 and 9 are the codes of ISO/IEC 5218. */
export const fitsGender = (text: string): boolean =>
  isGender(text) !== null || /^(?:[0129]|\p{L}{1,2})$/u.test(text);

/** Written out or in three letters: two letters may be a state or the word "no", digits may be anything. */
export const isCountryName = (text: string): boolean =>
  /^\p{L}[^\d]{2,}$|^\p{Script=Han}{2,}$/u.test(text) && fitsCountry(text);
export const isCountryCode = (text: string): boolean =>
  /^[A-Z]{2}$/.test(text) && fitsCountry(text) && !US_STATES.has(text);
export const fitsCountry = (text: string): boolean => normalizeCountry(text).ok;

const US_STATES = new Set(
  (
    'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA ' +
    'RI SC SD TN TX UT VT VA WA WV WI WY DC PR'
  ).split(' '),
);

/** Formats that nothing else has: plain digits may be any number. */
const POSTAL_CODES =
  /^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-CEGHJ-NPR-TVXY]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{5}-\d{4}|〒\d{3}-\d{4}|\d{2}-\d{3}|\d{5}-\d{3}|\d{4}-\d{3}|[A-Z]{1,2}-\d{4,5})$/i;
export const isPostalCode = (text: string): boolean => POSTAL_CODES.test(text);
export const fitsPostalCode = (text: string): boolean =>
  /\d/.test(text) && text.length <= 12 && normalizePostalCode(text).ok;

const wordsIn = (text: string): readonly string[] => foldForMatch(text).split(' ');

export const isOrganisation = (text: string): boolean =>
  wordsIn(text).some((word) => ORGANISATION_WORDS.has(word)) || /公司|株式会社|大学|주식회사/u.test(text);

export const isHonorific = (text: string): boolean =>
  text.length <= 16 && HONORIFICS.has(foldForMatch(text).replaceAll(' ', ''));

export const isGivenName = (text: string): boolean => GIVEN_NAMES.has(foldForMatch(text));

const PERSON_SHAPE = /^\p{L}[\p{L}\p{M}'’. ,()"-]{2,60}$/u;
const TWO_OR_THREE = /^[\p{Script=Han}\p{Script=Hangul}]{2,4}$/u;
const MARKED =
  /^\p{Lu}[\p{L}'’ -]+, \p{Lu}|\s\p{Lu}\.\s|,? (?:Jr|Sr|III?)\.?$|(?:ович|евич|овна|евна)(?:\s|$)/u;

/** Of the shape of a person's name, two words or more. Places have that shape as well. */
export function isPersonShaped(text: string): boolean {
  if (TWO_OR_THREE.test(text)) return FAMILY_NAME_CHARACTERS.has(text.charAt(0));
  if (!PERSON_SHAPE.test(text) || isOrganisation(text)) return false;
  const name = parseFullName(text);
  return name.ok && name.first !== '' && name.last !== '' && text.split(' ').length <= 6;
}

/** What no place has: a given name, an honorific, an initial, a suffix, the family name in front. */
export function isSurelyPerson(text: string): boolean {
  if (TWO_OR_THREE.test(text)) return FAMILY_NAME_CHARACTERS.has(text.charAt(0));
  const name = parseFullName(text);
  if (!name.ok) return false;
  return name.prefix !== '' || isGivenName(name.first) || isGivenName(name.last) || MARKED.test(text);
}
