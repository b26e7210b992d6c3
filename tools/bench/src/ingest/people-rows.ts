/** Invented people as rows of a table of contacts, about 150 bytes each. The same seed gives the same rows. */
import { createRandom, pickWeighted, type Random } from '../random';

export const PEOPLE_COLUMNS = [
  ...(['email', 'phone', 'first_name', 'last_name', 'company', 'job_title'] as const),
  ...(['address', 'city', 'region', 'postal_code', 'country', 'birth_date'] as const),
] as const;

/** One cell for each of the columns; '' is an empty one. */
export type PeopleRow = readonly string[];

type Country = {
  readonly code: string;
  readonly name: string;
  /** How its numbers begin, and how many digits follow; what is dialled before them at home, and to call abroad. */
  readonly phone: {
    readonly calling: string;
    readonly trunk: string;
    readonly abroad: string;
    readonly begins: readonly string[];
    readonly digits: number;
  };
  readonly places: readonly (readonly [city: string, region: string])[];
  readonly postalDigits: number;
};

const COUNTRIES: readonly (readonly [Country, number])[] = [
  [
    {
      code: 'US',
      name: 'United States',
      phone: {
        calling: '1',
        trunk: '',
        abroad: '011',
        begins: ['212736', '415867', '312726', '206441', '713654', '602712'],
        digits: 4,
      },
      places: [
        ['New York', 'NY'],
        ['San Francisco', 'CA'],
        ['Chicago', 'IL'],
        ['Seattle', 'WA'],
        ['Houston', 'TX'],
      ],
      postalDigits: 5,
    },
    50,
  ],
  [
    {
      code: 'DE',
      name: 'Germany',
      phone: { calling: '49', trunk: '0', abroad: '00', begins: ['1512', '1601', '1702', '1761'], digits: 7 },
      places: [
        ['Berlin', 'Berlin'],
        ['München', 'Bayern'],
        ['Köln', 'Nordrhein-Westfalen'],
        ['Hamburg', 'Hamburg'],
      ],
      postalDigits: 5,
    },
    20,
  ],
  [
    {
      code: 'FR',
      name: 'France',
      phone: { calling: '33', trunk: '0', abroad: '00', begins: ['612', '623', '634', '755'], digits: 6 },
      places: [
        ['Paris', 'Île-de-France'],
        ['Lyon', 'Auvergne-Rhône-Alpes'],
        ['Nantes', 'Pays de la Loire'],
      ],
      postalDigits: 5,
    },
    15,
  ],
  [
    {
      code: 'AU',
      name: 'Australia',
      phone: { calling: '61', trunk: '0', abroad: '0011', begins: ['412', '423', '434'], digits: 6 },
      places: [
        ['Sydney', 'NSW'],
        ['Melbourne', 'VIC'],
        ['Perth', 'WA'],
      ],
      postalDigits: 4,
    },
    15,
  ],
];

const GIVEN = [
  ...['Jane', 'John', 'Maria', 'José', 'Anna', 'Michael', 'Sarah', 'David', 'Zoë', 'François', 'Lukas'],
  ...['Priya', 'Mohammed', 'Olga', 'Jean-Pierre', 'Mary Ann', 'Søren', 'Robert', 'Linda', 'Thomas', 'Emma'],
];
const FAMILY = [
  ...['Smith', 'Johnson', 'Müller', 'García', 'van der Berg', "O'Neill", 'McDonald', 'Nguyen', 'Patel'],
  ...['Silva', 'Rossi', 'Kowalski', 'Smith-Jones', 'de la Cruz', 'Ivanova', 'Sato', 'Brown', 'Schneider'],
];
const DOMAINS = [
  'gmail.com',
  'example.com',
  'yahoo.com',
  'outlook.com',
  'sales.example.org',
  'mail.example.net',
];
const COMPANY_WORDS = ['Northwind', 'Acme', 'Globex', 'Initech', 'Umbra', 'Vertex', 'Bluefin', 'Redwood'];
const TRADES = ['Logistics', 'Software', 'Foods', 'Health', 'Energy', 'Media', 'Partners', 'Analytics'];
/** With a comma the cell has to be quoted in CSV. */
const LEGAL_FORMS = [' GmbH', ', Inc.', ' Ltd', ', LLC', '', ' SA'];
const TITLES = [
  ...['Senior Software Engineer', 'Sales Manager', 'Managing Director', 'Registered Nurse', 'Teacher'],
  ...['Head of Marketing', 'Chief Executive Officer', 'Project Coordinator'],
];
const STREETS = ['Main Street', 'Oak Avenue', 'Hauptstraße', 'Rue de la Paix', 'Mill Lane', 'Station Road'];
const UNITS = ['', '', ', Apt 4', ', Floor 12'];

/** Empty cells of columns that identify nobody, and rows that tell of a person again. */
const EMPTY_SHARE = 0.08;
const REPEATED_SHARE = 0.05;

export function* peopleRows(seed: number, count: number): Generator<PeopleRow, void, undefined> {
  const random = createRandom(seed);
  for (let row = 0; row < count; row += 1) {
    const repeats = row > 0 && random.next() < REPEATED_SHARE;
    yield personRow(random, repeats ? random.below(row) : row);
  }
}

/** @param person tells one person's e-mail address from those of all others */
const personRow = (random: Random, person: number): PeopleRow => {
  const country = pickWeighted(random, COUNTRIES);
  const given = random.pick(GIVEN);
  const family = random.pick(FAMILY);
  const [city, region] = random.pick(country.places);
  const company = `${random.pick(COMPANY_WORDS)} ${random.pick(TRADES)}${random.pick(LEGAL_FORMS)}`;
  const optional = (value: string): string => (random.next() < EMPTY_SHARE ? '' : value);
  return [
    emailOf(random, person),
    optional(phoneOf(random, country)),
    inCase(random, given),
    inCase(random, family),
    optional(company),
    optional(random.pick(TITLES)),
    optional(`${1 + random.below(4_000)} ${random.pick(STREETS)}${random.pick(UNITS)}`),
    optional(city),
    optional(region),
    optional(digits(random, country.postalDigits)),
    random.next() < 0.75 ? country.code : country.name,
    optional(`${1940 + random.below(66)}-${padded(1 + random.below(12))}-${padded(1 + random.below(28))}`),
  ];
};

const emailOf = (random: Random, person: number): string => {
  const family = FAMILY[person % FAMILY.length]?.toLowerCase().replace(/[^a-z]/g, '') ?? '';
  const address = `${family}.${person}@${DOMAINS[person % DOMAINS.length]}`;
  return random.next() < 0.1 ? address.replace(family, family.toUpperCase()) : address;
};

const phoneOf = (random: Random, { phone }: Country): string => {
  const { calling, trunk, abroad, begins } = phone;
  const begin = random.pick(begins);
  const end = digits(random, phone.digits);
  switch (random.below(6)) {
    case 0:
      return `+${calling}${begin}${end}`;
    case 1:
      return `+${calling} ${begin.slice(0, 3)} ${begin.slice(3)}${end}`;
    case 2:
      return `(${trunk}${begin.slice(0, 3)}) ${begin.slice(3)}${end}`;
    case 3:
      return `${trunk}${begin.slice(0, 3)}-${begin.slice(3)}${end}`;
    case 4:
      return `${abroad} ${calling} ${begin} ${end}`;
    default:
      return `${trunk}${begin}${end}`;
  }
};

const inCase = (random: Random, name: string): string => {
  const share = random.next();
  if (share < 0.08) return name.toUpperCase();
  return share < 0.14 ? name.toLowerCase() : name;
};

const digits = (random: Random, count: number): string =>
  String(random.below(10 ** count)).padStart(count, '0');

const padded = (number: number): string => String(number).padStart(2, '0');
