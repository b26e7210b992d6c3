import { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } from 'google-libphonenumber';
import { pickWeighted, type Random } from '../random';

/** A cell of a telephone column and the country of its row. */
export type PhoneRow = { readonly raw: string; readonly defaultCountry: string | undefined };

/** Where the rows of a table of contacts are from, roughly. */
const COUNTRIES = Object.entries({
  ...{ US: 34, GB: 9, DE: 7, FR: 6, IN: 6, BR: 5, CA: 4, IT: 4, ES: 3, AU: 3, NL: 3, MX: 2, JP: 2, CN: 2 },
  ...{ PL: 1, SE: 1, CH: 1, AT: 1, BE: 1, ZA: 1, TR: 1, RU: 1, AR: 1, CO: 1, PT: 1, IE: 1, DK: 1, NO: 1 },
  ...{ SG: 1, IL: 1, AE: 1, KR: 1, ID: 1, NG: 0.5, KE: 0.5, EG: 0.5, NZ: 0.5, PR: 0.5, JM: 0.25, KZ: 0.25 },
});

/** How a cell is spelled, per hundred. */
const SPELLINGS = Object.entries({
  ...{
    national: 36,
    international: 18,
    e164: 10,
    bareNational: 9,
    dotted: 4,
    dialled: 3,
    trunkInBrackets: 2,
  },
  ...{ extension: 6, unassigned: 4, tooShort: 2, tooLong: 1, junk: 3, awkward: 2 },
}) as [Spelling, number][];

type Spelling =
  | 'national'
  | 'international'
  | 'e164'
  | 'bareNational'
  | 'dotted'
  | 'dialled'
  | 'trunkInBrackets'
  | 'extension'
  | 'unassigned'
  | 'tooShort'
  | 'tooLong'
  | 'junk'
  | 'awkward';

const EXTENSIONS = [
  'x12',
  ' x123',
  ' ext. 5',
  ' ext 4021',
  ' Ext. 77',
  ';ext=9',
  ' extension 310',
  ' #8',
  ', ext 2',
];
const JUNK = [
  ...['n/a', 'none', '-', 'unknown', 'see notes', 'jane@example.com', '0', '000-000-0000', 'call office'],
  ...['2021-03-04', '10:30', '+', '(   )   -', 'TBD', '555', '123 Main St'],
];
const AWKWARD: readonly ((national: string) => string)[] = [
  (national) => `Tel: ${national}`,
  (national) => `${national} (home)`,
  (national) => `${national} / ${national}`,
  (national) => national.replaceAll(' ', '\u00a0'),
  (national) => national.replaceAll('-', '–'),
  (national) => national.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  (national) => `tel:${national}`,
  () => '1-800-FLOWERS',
];

/** Valid numbers of every country above, as ranges to draw from: the last digits vary. */
const TYPES = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE] as const;
const VARYING_DIGITS = 4;

/** `count` cells; the same for the same random sequence. */
export const createPhoneRows = (random: Random, count: number): PhoneRow[] => {
  const util = PhoneNumberUtil.getInstance();
  return Array.from({ length: count }, () => {
    const country = pickWeighted(random, COUNTRIES);
    const example = util.getExampleNumberForType(country, random.pick(TYPES));
    const significant = util.getNationalSignificantNumber(example);
    const varied = varyEnd(random, significant, VARYING_DIGITS);
    const { raw, defaultCountry } = spell(random, util, country, varied);
    return { raw: asDecoded(raw), defaultCountry };
  });
};

/** Formatters leave texts in pieces; a reader of files gives them whole. */
const asDecoded = (text: string): string => Buffer.from(text).toString();

const varyEnd = (random: Random, digits: string, count: number): string =>
  digits.slice(0, -count) + String(random.below(10 ** count)).padStart(count, '0');

const spell = (random: Random, util: PhoneNumberUtil, country: string, significant: string): PhoneRow => {
  const code = util.getCountryCodeForRegion(country);
  const e164 = `+${code}${significant}`;
  const number = util.parse(e164);
  const national = util.format(number, PhoneNumberFormat.NATIONAL);
  const international = util.format(number, PhoneNumberFormat.INTERNATIONAL);
  const at = (raw: string, defaultCountry: string | undefined = country): PhoneRow => ({
    raw,
    defaultCountry,
  });
  const spelling = pickWeighted(random, SPELLINGS);
  switch (spelling) {
    case 'national':
      return at(national);
    case 'international':
      return { raw: international, defaultCountry: random.next() < 0.8 ? country : undefined };
    case 'e164':
      return { raw: e164, defaultCountry: random.next() < 0.8 ? country : undefined };
    case 'bareNational':
      return at(national.replace(/[^0-9]/g, ''));
    case 'dotted':
      return at(national.replace(/[^0-9]+/g, '.'));
    case 'dialled':
      return country === 'DE' ? at(`011 ${international.slice(1)}`, 'US') : at(`00${e164.slice(1)}`, 'DE');
    case 'trunkInBrackets':
      return at(international.replace(' ', ' (0)'));
    case 'extension':
      return at(national + random.pick(EXTENSIONS));
    case 'unassigned':
      return at(varyEnd(random, significant, significant.length - 1));
    case 'tooShort':
      return at(national.slice(0, -1 - random.below(3)));
    case 'tooLong':
      return at(`${national}${random.below(1_000)}`);
    case 'junk':
      return at(random.pick(JUNK));
    case 'awkward':
      return at(random.pick(AWKWARD)(national));
  }
};
