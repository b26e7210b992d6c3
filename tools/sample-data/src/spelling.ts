import { NOTES } from './companies';
import { NAME_SETS } from './names';
import type { BirthDate, Person } from './person';
import type { Random } from './random';

/** The columns of the sample file, spelled as people spell them. */
export const COLUMNS = [
  'Full Name',
  'E-Mail',
  'Phone',
  'Company',
  'Job Title',
  'Street',
  'City',
  'State',
  'ZIP',
  'Country',
  'Birth Date',
  'Website',
  'Notes',
  'Loyalty Tier',
] as const;

/** Plain spellings throughout, for the well-known people. */
export const plainCells = (person: Person): string[] => [
  plainName(person),
  person.email,
  nationalPhone(person, person.place.phone.callingCode === '1' ? 'brackets' : ' '),
  person.company,
  person.jobTitle,
  person.street,
  person.city,
  person.region,
  person.postalCode,
  person.place.country,
  isoDate(person.birthDate),
  person.website,
  '',
  person.loyaltyTier,
];

/**
 * One row about a person in some spelling. Whatever identifies the person stays in the row: the address, or without
 * one the phone and the name, or the name and the birth date. A repetition may lack any of the rest.
 */
export const messyCells = (random: Random, person: Person, isRepetition: boolean): string[] => {
  const keeps = (): boolean => !isRepetition || random.chance(700);
  const keepsName = keeps() || person.email === '';
  const keepsPhone = keeps() || person.email === '';
  const keepsBirthDate = keeps() || (person.email === '' && person.phone === '');
  const hasCountry = random.chance(920);
  const cells = [
    keepsName ? messyName(random, person) : '',
    messyEmail(random, person.email),
    keepsPhone ? messyPhone(random, person, hasCountry) : '',
    keeps() ? person.company : '',
    keeps() ? person.jobTitle : '',
    keeps() ? person.street : '',
    person.city,
    keeps() ? person.region : '',
    keeps() ? person.postalCode : '',
    hasCountry ? random.pick(person.place.spellings) : '',
    keepsBirthDate && person.birthDate ? messyDate(random, person, person.birthDate) : '',
    person.website === '' || !keeps() ? '' : `${random.pick(WEBSITE_PREFIXES)}${person.website}`,
    random.chance(80) ? random.pick(NOTES) : '',
    keeps() ? person.loyaltyTier : '',
  ];
  return respell(random, cells);
};

const WEBSITE_PREFIXES = ['https://', 'http://', 'https://www.', 'www.', ''];

/** Some rows are all in capitals or small letters, some have stray spaces. */
const respell = (random: Random, cells: string[]): string[] => {
  const kind = random.below(100);
  if (kind < 4) return cells.map((cell) => cell.toUpperCase());
  if (kind < 7) return cells.map((cell) => cell.toLowerCase());
  if (kind < 10) return cells.map((cell) => (cell === '' ? cell : ` ${cell.replaceAll(' ', '  ')} `));
  return cells;
};

const plainName = ({ language, honorific, given, middle, family, suffix }: Person): string => {
  switch (NAME_SETS[language].order) {
    case 'family-given-unspaced':
      return family + given;
    case 'family-given':
      return `${family} ${given}`;
    case 'given-family':
      return joined(honorific, given, middle, family, suffix);
  }
};

const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join(' ');

const messyName = (random: Random, person: Person): string => {
  if (NAME_SETS[person.language].order !== 'given-family') return plainName(person);
  const { honorific, given, middle, family, suffix } = person;
  switch (random.below(20)) {
    case 0:
      return `${family}, ${joined(given, middle)}${suffix === '' ? '' : `, ${suffix}`}`;
    case 1:
      return joined(given, middle, family.replace("'", '’')) + (suffix === '' ? '' : `, ${suffix}`);
    case 2:
      // Decomposed, as text from macOS file names often is.
      return plainName(person).normalize('NFD');
    default:
      return joined(honorific, given, middle, family, suffix);
  }
};

const messyEmail = (random: Random, email: string): string => {
  if (email === '') return '';
  switch (random.below(12)) {
    case 0:
      return email.toUpperCase();
    case 1:
    case 2:
      return email.replace(
        /(^|[._])([a-z])/g,
        (_match, before: string, first: string) => before + first.toUpperCase(),
      );
    case 3:
      return email.replace(/@(.)/, (_match, first: string) => `@${first.toUpperCase()}`);
    case 4:
      return random.chance(300) ? `mailto:${email}` : ` ${email} `;
    default:
      return email;
  }
};

const grouped = (digits: string, groups: readonly number[], separator: string): string => {
  const parts: string[] = [];
  let position = 0;
  for (const length of groups) {
    if (position < digits.length) parts.push(digits.slice(position, position + length));
    position += length;
  }
  if (position < digits.length) parts.push(digits.slice(position));
  return parts.join(separator);
};

const nationalPhone = ({ phone, place: { phone: plan } }: Person, style: string): string => {
  if (phone === '') return '';
  if (style === 'brackets') return `(${phone.slice(0, 3)}) ${phone.slice(3, 6)}-${phone.slice(6)}`;
  return plan.trunk + grouped(phone, plan.groups, style);
};

/** Countries that dial abroad with 00. */
const DIALS_00 = new Set(['GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'SE', 'PL', 'GR', 'CN', 'IN', 'EG', 'UA']);

/** National spellings only beside a country: a program could not read them otherwise. */
const messyPhone = (random: Random, person: Person, hasCountry: boolean): string => {
  const { phone, place, brokenPhone } = person;
  if (phone === '') return brokenPhone;
  const { callingCode, groups } = place.phone;
  const separator = random.pick([' ', '-', '.']);
  switch (random.below(hasCountry ? 12 : 5)) {
    case 0:
      return `+${callingCode}${phone}`;
    case 1:
    case 2:
      return `+${callingCode} ${grouped(phone, groups, separator)}`;
    case 3:
      return `tel:+${callingCode}-${grouped(phone, groups, '-')}`;
    case 4:
      return `+${callingCode} ${grouped(phone, groups, ' ')} ext. ${100 + random.below(900)}`;
    case 5:
      if (callingCode === '1') return `1-${grouped(phone, groups, '-')}`;
      return DIALS_00.has(place.country)
        ? `00${callingCode} ${grouped(phone, groups, ' ')}`
        : nationalPhone(person, separator);
    case 6:
      return place.phone.trunk + phone;
    case 7:
      return callingCode === '1'
        ? `${nationalPhone(person, 'brackets')} x${1 + random.below(99)}`
        : nationalPhone(person, ' ');
    case 8:
    case 9:
      return callingCode === '1' ? nationalPhone(person, 'brackets') : nationalPhone(person, ' ');
    default:
      return nationalPhone(person, separator);
  }
};

const two = (number: number): string => String(number).padStart(2, '0');

const isoDate = (date: BirthDate | undefined): string =>
  date ? `${date.year}-${two(date.month)}-${two(date.day)}` : '';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** Where the date identifies the person it is never of the kind that may be read in two ways. */
const messyDate = (random: Random, { email, phone, place }: Person, date: BirthDate): string => {
  const { year, month, day } = date;
  const name = MONTHS[month - 1] ?? '';
  switch (random.below(email === '' && phone === '' ? 4 : 6)) {
    case 0:
      return `${day} ${name} ${year}`;
    case 1:
      return `${name.slice(0, 3)} ${day}, ${year}`;
    case 2:
    case 3:
      return isoDate(date);
    default:
      return place.dayFirst ? `${two(day)}.${two(month)}.${year}` : `${two(month)}/${two(day)}/${year}`;
  }
};
