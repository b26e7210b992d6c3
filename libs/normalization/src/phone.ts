import metadata from 'libphonenumber-js/max/metadata';
import { findNumber } from './phone-number';
import { createPhonePlans, type PhoneMetadata } from './phone-plans';
import { scanPhone, UNDECIDED } from './phone-scan';
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

export type PhoneNormalizer = (raw: string, options?: PhoneOptions) => NormalizedPhone;

/** Metadata is an argument so that answers can be compared with those of another library at the same version of it. */
export const createPhoneNormalizer = (metadata: PhoneMetadata): PhoneNormalizer => {
  const plans = createPhonePlans(metadata);
  return (raw, { defaultCountry } = {}) => {
    if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
    let text = scanPhone(raw);
    if (text === UNDECIDED) text = readPhoneText(raw);
    const number = text && findNumber(plans, text.digits, text.international, defaultCountry);
    if (!number) return refused(raw.trim() === '' ? 'empty' : 'invalid_phone');
    const { phone, country } = number;
    const result: Accepted = { ok: true, phone };
    if (text?.extension !== undefined) result.extension = text.extension;
    if (country !== undefined) result.country = country;
    return result;
  };
};

/** Valid means assigned by the numbering plan as Google's metadata has it, not only of a possible length. */
export const normalizePhone = createPhoneNormalizer(metadata as unknown as PhoneMetadata);

type Accepted = {
  -readonly [Key in keyof Extract<NormalizedPhone, { ok: true }>]: Extract<
    NormalizedPhone,
    { ok: true }
  >[Key];
};
