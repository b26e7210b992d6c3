import { PhoneNumberType, PhoneNumberUtil, type PhoneNumber } from 'google-libphonenumber';

/** What is asked of two libraries: a text and the country it is read in. */
export type PhoneSample = { readonly raw: string; readonly country: string | undefined };

export type PhoneExample = {
  readonly region: string;
  readonly callingCode: string;
  /** National significant number. */
  readonly digits: string;
};

/** The declared types leave out this method, and that there may be no example. */
type Examples = {
  getExampleNumberForType(region: string, type: PhoneNumberType): PhoneNumber | null;
  getExampleNumberForNonGeoEntity(callingCode: number): PhoneNumber | null;
};

const util = PhoneNumberUtil.getInstance();
const exampleNumbers = util as unknown as Examples;
export const REGIONS = util.getSupportedRegions();
const TYPES = Object.values(PhoneNumberType).filter((type) => typeof type === 'number');
const SERVICE_CODES = [800, 808, 870, 878, 881, 882, 883, 888, 979];

/** An example of every type of number of every region, and of the numbers of no country (region `001`). */
export const createPhoneExamples = (): PhoneExample[] => {
  const toExample = (region: string, number: PhoneNumber | null): PhoneExample[] =>
    number
      ? [
          {
            region,
            callingCode: String(number.getCountryCodeOrDefault()),
            digits: util.getNationalSignificantNumber(number),
          },
        ]
      : [];
  return [
    ...REGIONS.flatMap((region) =>
      TYPES.flatMap((type) => toExample(region, exampleNumbers.getExampleNumberForType(region, type))),
    ),
    ...SERVICE_CODES.flatMap((code) =>
      toExample('001', exampleNumbers.getExampleNumberForNonGeoEntity(code)),
    ),
  ];
};

export type Random = {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
};

/** mulberry32: the same numbers on every run. */
export const createRandom = (seed: number): Random => {
  let state = seed;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return { below, pick: (items) => items[below(items.length)]! };
};

/** C is the calling code: with and without a plus sign, behind trunk and dialling prefixes, also where they are wrong. */
const PREFIXES = [
  '+C|+C|+C||||0|0|1|8|00C|00C|011C|0011C|810C|C|C|C0|+C0|+00C|+011C|+0|+8|15|9|0C0|0115|00|',
  '+800|+1|+44|99',
]
  .join('')
  .split('|');

/** The digits of a number, at or near the edge of what is assigned, behind prefixes of every kind. */
export const createDigits = (random: Random, { region, callingCode, digits }: PhoneExample): PhoneSample => {
  const raw = random.pick(PREFIXES).replace('C', callingCode) + mutate(random, digits);
  const isElsewhere = region === '001' || random.below(4) === 0;
  const country = isElsewhere ? random.pick([undefined, ...REGIONS]) : region;
  return { raw, country };
};

const mutate = (random: Random, digits: string): string => {
  const at = random.below(digits.length);
  const digit = String(random.below(10));
  switch (random.below(8)) {
    case 0:
    case 1:
      return digits;
    case 2:
      return digits.slice(0, at) + digits.slice(at + 1);
    case 3:
      return digits.slice(0, at) + digit + digits.slice(at);
    case 4:
      return digits.slice(0, at + 1);
    case 5:
      return digits.slice(0, 3) + digits.slice(3).replace(/[0-9]/g, () => String(random.below(10)));
    default:
      return digits.slice(0, at) + digit + digits.slice(at + 1);
  }
};

const SEPARATORS = [' | |-|-|.|(|) |/| - |  |\u00a0|–|~|*|[|]||'].join('').split('|');
const LABELS = ['||||| |Tel: |tel:|(|Phone |+| ++|a|#|*|x|='].join('').split('|');
const ENDS = [
  '||||||x123| ext. 5| ext 77|;ext=12|#9| Extension 123456|, 5|,,5| x 12| x 1234567890|~3|',
  ' -12#|;5| доб. 4| anexo 5| int 9| xtn 4| ext:  45|, ext 2|x| ext|/x12| \\ x33| / 0301|ABC|',
  ' or 555|.|)| #|#|  | x12345678901| (home)| FLOWERS',
]
  .join('')
  .split('|');

/** The same digits as people write them: labels, separators, extensions, and what only looks like those. */
export const spell = (random: Random, { raw, country }: PhoneSample): PhoneSample => {
  const sign = raw.startsWith('+') ? '+' : '';
  const density = random.pick([0, 3, 10]);
  const spelled = raw
    .slice(sign.length)
    .split('')
    .map((digit) => digit + (random.below(10) < density / 3 ? random.pick(SEPARATORS) : ''))
    .join('');
  // Before "#" Google takes plain spaces only, and here all are alike.
  const text = `${random.pick(LABELS)}${sign}${spelled}`;
  const end = random.pick(ENDS);
  return { raw: end.endsWith('#') ? `${text.replaceAll('\u00a0', ' ')}${end}` : text + end, country };
};
