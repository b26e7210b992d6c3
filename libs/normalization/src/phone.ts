import { findNumber } from './phone-number';
import { readPhoneText } from './phone-text';
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

export type PhoneOptions = {
  /** ISO 3166-1 alpha-2: reads national spellings. Without it only international ones are read. */
  readonly defaultCountry?: string | undefined;
};

/** Valid means assigned by the numbering plan as Google's metadata has it, not only of a possible length. */
export const normalizePhone = (raw: string, { defaultCountry }: PhoneOptions = {}): NormalizedPhone => {
  if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
  if (raw.trim() === '') return refused('empty');
  const text = readPhoneText(raw);
  const number = text && findNumber(text.digits, text.international, defaultCountry);
  if (!number) return refused('invalid_phone');
  return {
    ok: true,
    phone: number.phone,
    ...(text.extension === undefined ? {} : { extension: text.extension }),
    ...(number.country === undefined ? {} : { country: number.country }),
  };
};
