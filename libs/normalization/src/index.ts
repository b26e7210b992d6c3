/** Bumped whenever any function here returns something else for any input: stored keys and values depend on it. */
export const NORMALIZATION_VERSION = 'v1';

export { normalizeBirthDate, type BirthDateOptions } from './birth-date';
export { normalizeCountry } from './country';
export {
  createDedupeKey,
  createDedupeKeyText,
  createEmailKey,
  type DedupeKeyText,
  dedupeKey,
  recordIdFromKey,
  type DedupeKey,
  type DedupeKeyOf,
  type DedupeRule,
} from './dedupe-key';
export { DEDUPE_FIELDS, type DedupeField, type DedupeRecord } from './dedupe-record';
export { normalizeEmail, type NormalizedEmail } from './email';
export { emailMatchKey } from './email-providers';
export { foldForMatch } from './fold';
export { IDENTIFIER_KEY_BYTES, IdentifierHash } from './identifier-hash';
export { joinName, parseFullName, type FullName, type NameParts } from './full-name';
export { normalizeGender } from './gender';
export { normalizeName } from './name';
export { type NamePart } from './name-case';
export { createPhoneNormalizer, normalizePhone, type NormalizedPhone } from './phone';
export { type PhoneMetadata } from './phone-plans';
export { normalizePostalCode } from './postal-code';
export { NORMALIZATION_CODES, type NormalizationCode, type NormalizedValue, type Refused } from './result';
export { normalizeText } from './text';
export { normalizeWebsite } from './website';
