import { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } from 'google-libphonenumber';
import { type NormalizedPhone } from '@bigdata/normalization';
import { type Random } from '../random';
import { type PhoneRow } from './phone-mix';

/** E.164 of a valid number, by Google's library; undefined for anything else. */
const readByGoogle = (util: PhoneNumberUtil, { raw, defaultCountry }: PhoneRow): string | undefined => {
  try {
    const number = util.parse(raw, defaultCountry);
    return util.isValidNumber(number) ? util.format(number, PhoneNumberFormat.E164) : undefined;
  } catch {
    return undefined; // not even possible
  }
};

/** The share of rows, 0 to 1, on which validity and E.164 are the same. */
export const phoneAgreement = (
  rows: readonly PhoneRow[],
  normalize: (raw: string, options: { defaultCountry: string | undefined }) => NormalizedPhone,
): number => {
  const util = PhoneNumberUtil.getInstance();
  const agreed = rows.filter((row) => {
    const result = normalize(row.raw, { defaultCountry: row.defaultCountry });
    return (result.ok ? result.phone : undefined) === readByGoogle(util, row);
  });
  return agreed.length / rows.length;
};

/**
 * Numbers near the edges of the plans of every region: examples of each type with a digit changed, added or dropped,
 * behind prefixes of every kind.
 */
export const createEdgeRows = (random: Random, count: number): PhoneRow[] => {
  const util = PhoneNumberUtil.getInstance();
  const regions = util.getSupportedRegions();
  const types = Object.values(PhoneNumberType).filter((type) => typeof type === 'number');
  const examples = regions.flatMap((region) =>
    types.flatMap((type) => {
      // The declared type leaves out that a region may have no number of a type.
      const number = util.getExampleNumberForType(region, type) as ReturnType<typeof util.parse> | null;
      return number ? [{ region, code: util.getCountryCodeForRegion(region), number }] : [];
    }),
  );
  return Array.from({ length: count }, () => {
    const { region, code, number } = random.pick(examples);
    const significant = mutate(random, util.getNationalSignificantNumber(number));
    const prefix = random.pick([
      '+C',
      '+C0',
      '00C',
      '011C',
      'C',
      'C0',
      '',
      '',
      '0',
      '1',
      '8',
      '+00C',
      '+011C',
    ]);
    const elsewhere = random.next() < 0.3 ? random.pick(regions) : region;
    return { raw: prefix.replace('C', String(code)) + significant, defaultCountry: elsewhere };
  });
};

const mutate = (random: Random, digits: string): string => {
  const at = random.below(digits.length);
  const digit = String(random.below(10));
  switch (random.below(5)) {
    case 0:
      return digits.slice(0, at) + digits.slice(at + 1);
    case 1:
      return digits.slice(0, at) + digit + digits.slice(at);
    case 2:
    case 3:
      return digits.slice(0, at) + digit + digits.slice(at + 1);
    default:
      return digits;
  }
};
