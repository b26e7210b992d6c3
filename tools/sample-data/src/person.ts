import {
  COMPANY_WORDS,
  JOB_TITLES,
  LEGAL_FORMS,
  LOYALTY_TIERS,
  OTHER_LEGAL_FORMS,
  TRADES,
} from './companies';
import { NAME_SETS, type Language } from './names';
import { PLACES, type Place } from './places';
import type { Random } from './random';

/** One invented person. Every row about the person is a spelling of this. */
export type Person = {
  readonly language: Language;
  readonly given: string;
  readonly middle: string;
  readonly family: string;
  readonly honorific: string;
  readonly suffix: string;
  /** Empty for people who left none; identity then rests on the phone, and without one on name and birth date. */
  readonly email: string;
  /** National significant number, empty for none. */
  readonly phone: string;
  /** What stands in the phone column of people with an unusable number. */
  readonly brokenPhone: string;
  readonly company: string;
  readonly jobTitle: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly place: Place;
  readonly birthDate: BirthDate | undefined;
  readonly website: string;
  readonly loyaltyTier: string;
};

export type BirthDate = { readonly year: number; readonly month: number; readonly day: number };

/** Each place as often as its weight. */
const WEIGHTED_PLACES = PLACES.flatMap((place) => Array<Place>(place.weight).fill(place));

/** Exchanges of the North American plan: 2XX to 9XX without service codes (N11) and the 555 of fiction. */
const EXCHANGES = Array.from({ length: 800 }, (_, index) => 200 + index).filter(
  (exchange) => exchange % 100 !== 11 && exchange !== 555,
);

/** Prime to every count of numbers below: stepping by it visits each number once before any comes again. */
const STEP = 1_000_003;

const BROKEN_PHONES = [
  'n/a',
  '555-0132',
  '12345',
  '+1 000 000 0000',
  'unknown',
  '-',
  '000-000-0000',
  '999',
  '+99 12 34',
];
const FIRST_BIRTH_YEAR = 1940;
const BIRTH_YEARS = 66;

/** The person with this index under a seed; `random` is that person's own stream. */
export const createPerson = (random: Random, index: number): Person => {
  const place = random.pick(WEIGHTED_PLACES);
  const language = random.pick(place.languages);
  const set = NAME_SETS[language];
  const given = random.pick(set.given);
  const family = random.pick(set.family);
  const honorifics: readonly string[] = set.honorifics;
  const spaced = set.order === 'given-family';
  const [city, region, postalPattern] = random.pick(place.cities);
  const companyWord = random.pick(COMPANY_WORDS);
  const hasCompany = random.chance(800);
  const hasEmail = random.chance(920);
  const hasPhone = random.chance(hasEmail ? 850 : 750);
  const hasBrokenPhone = random.chance(30);
  const phone = hasPhone && !hasBrokenPhone ? phoneNumber(place, index) : '';
  const domain =
    hasCompany && random.chance(350) ? `${companyWord.toLowerCase()}.example` : random.pick(MAIL_DOMAINS);
  const identifiedByBirthDate = !hasEmail && phone === '';
  return {
    language,
    given: given.text,
    // Initials are a habit of English; where the name and birth date identify, they keep namesakes apart.
    middle:
      language === 'english' && (identifiedByBirthDate || random.chance(200)) ? `${letter(random)}.` : '',
    family: family.text,
    honorific: honorifics.length > 0 && random.chance(60) ? random.pick(honorifics) : '',
    suffix: language === 'english' && random.chance(30) ? random.pick(SUFFIXES) : '',
    email: hasEmail ? `${localPart(random, given.latin, family.latin, index)}@${domain}` : '',
    phone,
    brokenPhone: hasBrokenPhone ? random.pick(BROKEN_PHONES) : '',
    company: hasCompany ? companyName(random, companyWord, place.country) : '',
    jobTitle: hasCompany && random.chance(850) ? random.pick(JOB_TITLES) : '',
    street: street(random, place, spaced),
    city,
    region,
    postalCode: fillPattern(random, postalPattern),
    place,
    birthDate: identifiedByBirthDate || random.chance(600) ? birthDate(random) : undefined,
    website: hasCompany && random.chance(400) ? `${companyWord.toLowerCase()}.example` : '',
    loyaltyTier: random.pick(LOYALTY_TIERS),
  };
};

const MAIL_DOMAINS = ['example.com', 'example.com', 'example.com', 'example.org', 'example.net'];
const SUFFIXES = ['Jr.', 'Sr.', 'II', 'III', 'PhD', 'Esq.'];

const letter = (random: Random): string => String.fromCharCode(65 + random.below(26));

/** The index makes every address one of its own. */
const localPart = (random: Random, given: string, family: string, index: number): string => {
  switch (random.below(5)) {
    case 0:
      return `${given}.${family}${index}`;
    case 1:
      return `${given.slice(0, 1)}${family}${index}`;
    case 2:
      return `${given}_${family}${index}`;
    case 3:
      return `${family}.${given}${index}`;
    default:
      return `${given}${index}`;
  }
};

const phoneNumber = ({ phone: { callingCode, prefixes, digits } }: Place, index: number): string => {
  const isNorthAmerican = callingCode === '1';
  const subscribers = isNorthAmerican ? EXCHANGES.length * 10_000 : 10 ** digits;
  const position = (index * STEP) % (prefixes.length * subscribers);
  const prefix = prefixes[position % prefixes.length] ?? '';
  const subscriber = Math.floor(position / prefixes.length);
  if (!isNorthAmerican) return prefix + String(subscriber).padStart(digits, '0');
  const exchange = EXCHANGES[Math.floor(subscriber / 10_000)] ?? 0;
  return prefix + String(exchange) + String(subscriber % 10_000).padStart(4, '0');
};

const companyName = (random: Random, word: string, country: string): string => {
  const form = random.pick(LEGAL_FORMS[country] ?? OTHER_LEGAL_FORMS);
  const name = `${word} ${random.pick(TRADES)}`;
  if (form === '') return name;
  return form.startsWith(',') ? name + form : `${name} ${form}`;
};

const street = (random: Random, place: Place, spaced: boolean): string => {
  const name = random.pick(place.streets);
  const number = 1 + random.below(place.numberLast ? 180 : 4_000);
  if (place.numberLast) return `${name} ${number}`;
  const unit = spaced && random.chance(120) ? `, Apt ${1 + random.below(60)}` : '';
  return `${number} ${name}${unit}`;
};

/** "#" is any digit, "@" any letter that postcodes use. */
const fillPattern = (random: Random, pattern: string): string =>
  pattern.replace(/[#@]/g, (sign) =>
    sign === '#' ? String(random.below(10)) : POSTAL_LETTERS.charAt(random.below(20)),
  );
const POSTAL_LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';

const birthDate = (random: Random): BirthDate => ({
  year: FIRST_BIRTH_YEAR + random.below(BIRTH_YEARS),
  month: 1 + random.below(12),
  day: 1 + random.below(28),
});
