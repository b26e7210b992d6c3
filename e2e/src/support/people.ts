/**
 * Made-up people for tests of loading. Every value is already as it will be stored, so that a model in memory needs no
 * normalisation, and every character exists in Windows-1252, so that any encoding can hold the file.
 */
import { createRandom, type Random } from './random';

export const COLUMNS = [
  'email',
  'phone',
  'first_name',
  'last_name',
  'birth_date',
  'company',
  'city',
  'country',
  'note',
] as const;

/** Column → text; '' where the row has none. */
export type Person = Readonly<Record<(typeof COLUMNS)[number], string>>;

const FIRST = ['Anna', 'Zoë', 'Jürgen', 'François', 'Søren', 'Maria', 'Peter', 'Inês', 'Olga', 'Tomas'];
const LAST = ['Müller', 'Doe', 'Peña', 'Ångström', 'Smith', 'Dubois', 'Rossi', 'Novak', 'Weiß', 'Hansen'];
const COMPANIES = ['Acme & Söhne', 'Globex <Intl>', 'Initech; Inc.', 'Umbrella, Ltd.', '"Quoted" Works'];
const CITIES = ['Zürich', 'Málaga', 'São Paulo', 'Paris', 'Oslo'];
const NOTES = ['pays in €', 'says "hi", often', 'a; b, c', 'x < y & z', 'two\nlines', 'plain'];

/** Row `number` of a person's life: the same number always has the same address. */
export function makePerson(number: number, random: Random): Person {
  const sometimes = (value: string): string => (random.chance(0.8) ? value : '');
  return {
    email: `person${number}@example.com`,
    phone: sometimes(`+1415555${String(number % 10_000).padStart(4, '0')}`),
    first_name: random.pick(FIRST),
    last_name: random.pick(LAST),
    birth_date: sometimes(`19${random.int(50, 99)}-0${random.int(1, 9)}-${random.int(10, 28)}`),
    company: sometimes(random.pick(COMPANIES)),
    city: sometimes(random.pick(CITIES)),
    country: 'US',
    note: sometimes(random.pick(NOTES)),
  };
}

/** A row that nothing identifies: it is rejected whatever the format. */
export const NOBODY: Person = Object.fromEntries(COLUMNS.map((column) => [column, ''])) as Person;

export interface PeopleFile {
  readonly people: readonly Person[];
  /** Rows of nobody among them. */
  readonly rejected: number;
  readonly distinct: number;
}

/** @param rows some tenth of them tell of somebody who came before, a hundredth of nobody */
export function makePeople({ seed, rows }: { seed: number; rows: number }): PeopleFile {
  const random = createRandom(seed);
  const people: Person[] = [];
  let distinct = 0;
  for (let row = 0; row < rows; row += 1) {
    if (row % 100 === 50) people.push(NOBODY);
    else if (distinct > 0 && random.chance(0.1)) people.push(makePerson(random.int(0, distinct - 1), random));
    else people.push(makePerson(distinct++, random));
  }
  return { people, rejected: people.filter((person) => person === NOBODY).length, distinct };
}
