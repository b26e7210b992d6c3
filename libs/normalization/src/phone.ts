import { isSupportedCountry, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { readPhoneText, type PhoneText } from './phone-text';
import { refused, type Refused } from './result';

/** As in Google's library: nothing longer is a telephone number. */
const RAW_LENGTH_MAX = 250;

/** E.164 allows 15; the rest is room for an international prefix and a trunk digit. */
const DIGITS_MAX = 24;

export type NormalizedPhone =
  | {
      readonly ok: true;
      /** E.164 */
      readonly phone: string;
      readonly extension?: string;
      /** ISO 3166-1 alpha-2, where the number tells it. */
      readonly country?: string;
    }
  | Refused;

export type PhoneOptions = {
  /** ISO 3166-1 alpha-2: reads national spellings. Without it only international ones are read. */
  readonly defaultCountry?: string | undefined;
};

/** Valid means assigned by the numbering plan as Google's metadata has it, not only of a possible length. */
export const normalizePhone = (raw: string, { defaultCountry }: PhoneOptions = {}): NormalizedPhone => {
  if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
  if (raw.trim() === '') return refused('empty');
  const text = readPhoneText(raw);
  const number = text && findNumber(text, defaultCountry);
  if (!number) return refused('invalid_phone');
  return {
    ok: true,
    phone: number.number,
    ...(text.extension === undefined ? {} : { extension: text.extension }),
    ...(number.country === undefined ? {} : { country: number.country }),
  };
};

const findNumber = (
  { digits, international }: PhoneText,
  defaultCountry: string | undefined,
): PhoneNumber | undefined => {
  if (digits.length > DIGITS_MAX) return undefined;
  const country =
    defaultCountry !== undefined && isSupportedCountry(defaultCountry) ? defaultCountry : undefined;
  const options = { extract: false, ...(country ? { defaultCountry: country } : {}) };
  const number = parsePhoneNumberFromString(international ? `+${digits}` : digits, options);
  if (number?.isValid()) return number;
  // "+00 44 …": no calling code begins with 0, so the sign stands before a dialling prefix.
  if (!international || !digits.startsWith('0') || !country) return undefined;
  const dialled = parsePhoneNumberFromString(digits, options);
  return dialled?.isValid() ? dialled : undefined;
};
