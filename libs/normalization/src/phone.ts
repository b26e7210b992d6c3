import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { refused, type Refused } from './result';

/** As in Google's library: nothing longer is a telephone number. */
const RAW_LENGTH_MAX = 250;

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

/** `defaultCountry` (ISO 3166-1 alpha-2) reads national spellings; without it only international ones are read. */
export const normalizePhone = (
  raw: string,
  { defaultCountry }: { defaultCountry?: string | undefined } = {},
): NormalizedPhone => {
  if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
  const text = raw.trim();
  if (text === '') return refused('empty');
  const number = parsePhoneNumberFromString(text, {
    extract: false,
    ...(defaultCountry === undefined ? {} : { defaultCountry: defaultCountry as CountryCode }),
  });
  if (!number?.isValid()) return refused('invalid_phone');
  return {
    ok: true,
    phone: number.number,
    ...(number.ext === undefined ? {} : { extension: number.ext }),
    ...(number.country === undefined ? {} : { country: number.country }),
  };
};
