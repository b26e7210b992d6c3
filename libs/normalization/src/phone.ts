import metadata from 'libphonenumber-js/max/metadata';
import { findNumber } from './phone-number';
import { createPhoneDigits, setDigits } from './phone-digits';
import { createPhonePlans, type PhoneMetadata } from './phone-plans';
import { scanPhone, type PhoneReading } from './phone-scan';
import { readPhoneText } from './phone-text';
import { refused, type Refused } from './result';

/** As in Google's library: nothing longer is a telephone number. */
const RAW_LENGTH_MAX = 250;

/** Room for an area code that stands for a trunk prefix. */
const TRANSFORM_DIGITS_MAX = 8;

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
  const digits = createPhoneDigits(RAW_LENGTH_MAX + TRANSFORM_DIGITS_MAX);
  const reading: PhoneReading = { digits, international: false, extension: undefined };
  return (raw, { defaultCountry } = {}) => {
    if (raw.length > RAW_LENGTH_MAX) return refused('too_long');
    if (!scanPhone(raw, reading)) {
      const text = readPhoneText(raw);
      setDigits(digits, text?.digits ?? '');
      reading.international = text?.international ?? false;
      reading.extension = text?.extension;
    }
    const number = findNumber(plans, digits, reading.international, defaultCountry);
    if (!number) return refused(raw.trim() === '' ? 'empty' : 'invalid_phone');
    const { phone, country } = number;
    const result: Accepted = { ok: true, phone };
    if (reading.extension !== undefined) result.extension = reading.extension;
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
