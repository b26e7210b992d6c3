/** What the values of a column add to its header, take from it, or say alone. */
import { guessColumns, mapColumns } from './map-columns';

const EMAILS = [
  'ann@a.example.com',
  'bob@b.example.org',
  'cid@c.example.net',
  'dan@d.example.com',
  'eve@e.example.com',
];
const PHONES = [
  '+44 20 7946 0018',
  '+44 161 496 0000',
  '+44 131 496 0123',
  '+44 29 2018 0456',
  '+44 20 7946 0991',
];
const US_PHONES = ['(202) 456-1414', '(206) 684-2489', '(415) 701-2311', '(312) 744-5000', '(212) 736-5000'];
const IDS = ['2024561414', '2066842489', '4157012311', '3127445000', '2127365000'];
const BIRTHS = ['1950-03-22', '1999-09-01', '1977-05-17', '1962-11-30', '1984-02-08'];
const RECENT = ['2024-01-05', '2024-02-11', '2024-03-02', '2023-12-30', '2024-04-19'];

const fieldOf = (header: string, values: readonly string[], country?: string): string | null =>
  guessColumns([header], {}, [values], country === undefined ? {} : { country })[0]?.field ?? null;

const alone = (values: readonly string[]): string | null => fieldOf('column_1', values);

test.each([
  ['Phone', EMAILS, 'email'],
  ['Contact', PHONES, 'phone'],
  ['Address', EMAILS, 'email'],
  ['Number', PHONES, 'phone'],
  ['No', US_PHONES, 'phone'],
  ['GENTELE', IDS, 'phone'],
  ['Telex/Phone (day)', US_PHONES, 'phone'],
  ['Title', ['Mr', 'Mrs', 'Dr.', 'Ms', 'Herr'], 'name_prefix'],
  ['Name', ['Acme Inc', 'Bauer GmbH', 'City of Austin', 'Dupont SARL', 'First National Bank'], 'company'],
  ['Birth (d)', BIRTHS, 'birth_date'],
  [
    'CHFNM',
    ['Dr. John Price', 'Mary Ann Lee', 'Robert K. Moss', 'Susan Hall, Jr.', 'James Ford'],
    'full_name',
  ],
])('a column headed %s goes by its values where they say more', (header, values, field) => {
  expect(fieldOf(header, values)).toBe(field);
});

test.each([
  ['Email', ['yes', 'no', 'yes', 'yes', 'no']],
  ['Website', ['No', 'Yes', 'Yes', 'No', 'No']],
  ['Country', ['1.5', '2.7', '8.1', '9.9', '0.3']],
  ['Position', ['11', '12', '13', '14', '15']],
  ['Gender', ['see file 12', 'see file 13', 'see file 14', 'see file 15', 'see file 16']],
])('a header that no value bears out is not believed: %s', (header, values) => {
  expect(fieldOf(header, values)).toBeNull();
});

test.each([
  ['created_at', BIRTHS],
  ['Date', BIRTHS],
  ['Order date', RECENT],
  ['customer_id', IDS],
  ['Account number', IDS],
  ['Fax', US_PHONES],
  ['Emergency contact', PHONES],
  ['Owner', EMAILS],
  ['Country of birth', ['France', 'Spain', 'Italy', 'France', 'Peru']],
  ['Passport country', ['France', 'Spain', 'Italy', 'France', 'Peru']],
  ['Picture', ['https://a.example.com/1', 'https://b.example.com/2', 'https://c.example.org/3']],
])('values do not speak for a column headed %s', (header, values) => {
  expect(fieldOf(header, values)).toBeNull();
});

test.each([
  [EMAILS, 'email'],
  [PHONES, 'phone'],
  [US_PHONES, 'phone'],
  [['06 12 34 56 78', '06 98 76 54 32', '07 81 23 45 67'], 'phone'],
  [['https://one.example.com', 'http://two.example.org', 'www.three.example.net'], 'website'],
  [['France', 'Deutschland', 'España', 'Italia', 'Polska'], 'country'],
  [['FR', 'GB', 'ES', 'JP', 'FR'], 'country'],
  [['F', 'M', 'M', 'F', 'F'], 'gender'],
  [['SW1A 1AA', 'M1 1AE', 'EH1 1BB'], 'postal_code'],
  [BIRTHS, 'birth_date'],
  [['Anna Lee', 'Mark Evans', 'Susan Clark', 'Ian Moore', 'Price, John'], 'full_name'],
  [['Maria', 'John', 'Karen', 'Ivan', 'Zed'], 'first_name'],
])('without a header, %j are told by their form', (values, field) => {
  expect(alone(values)).toBe(field);
});

test.each([
  [IDS],
  [RECENT],
  [['CA', 'TX', 'AL', 'NY', 'DE']],
  [['No', 'Yes', 'No', 'No', 'Yes']],
  [['10115', '80331', '20095', '50667', '01067']],
  [['294-66-9999', '294-66-9998', '294-66-9997', '294-66-9996']],
  [['47.61', '-122.33', '37.77', '-122.41']],
  [['192.168.0.1', '10.0.0.12', '172.16.254.1', '8.8.8.8']],
  [['New York', 'Las Vegas', 'Los Angeles', 'San Diego', 'El Paso']],
  [['active', 'closed', 'active', 'new', 'active']],
  [['(blank)', 'n/a', '-', 'none', 'unknown']],
  [['M', 'M', 'M', 'M', 'M']],
  [['https://n.example.com/in/a', 'https://n.example.com/in/b', 'https://n.example.com/in/c']],
])('without a header, %j could be anything', (values) => {
  expect(alone(values)).toBeNull();
});

test('the country of the job reads national numbers that no other country has', () => {
  const icelandic = ['551-1234', '562-1234', '545-1000', '411-1111', '525-4000'];
  expect(fieldOf('column_1', icelandic)).toBeNull();
  expect(fieldOf('Nr (tel)', icelandic, 'IS')).toBe('phone');
});

test('agreement raises confidence, and the reason says what decided', () => {
  const [header] = guessColumns(['Mobile'], {});
  const [both] = guessColumns(['Mobile'], {}, [PHONES]);
  expect([header?.confidence, both?.confidence]).toEqual([0.85, 0.93]);
  expect(
    guessColumns(['Emial', 'x', 'Mail', 'Shoe size'], { x: 'city' }).map(({ reason }) => reason),
  ).toEqual(['none', 'mapping', 'header', 'none']);
  expect(guessColumns(['Emial'], {})[0]).toMatchObject({ reason: 'similar_header', confidence: 0.75 });
  expect(guessColumns(['column_1'], {}, [EMAILS])[0]).toMatchObject({ reason: 'values', confidence: 0.9 });
});

test('a column that is nearly always empty yields to a full one of the same meaning', () => {
  const full = Array.from({ length: 20 }, (_, index) => `${index} Long Road`);
  const columns = guessColumns(['Address', 'Address line 1'], {}, [['1 Short St'], full]);
  expect(columns.map(({ field }) => field)).toEqual([null, 'address']);
});

test('a column that loses its field to a better one does not take another', () => {
  const salutations = [
    ['M.', 'Mme', 'M.', 'Mme'],
    ['Herr', 'Frau', 'Herr', 'Frau'],
  ];
  expect(guessColumns(['Civilité', 'Anrede'], {}, salutations).map(({ field }) => field)).toEqual([
    'name_prefix',
    null,
  ]);
});

test('a column that the job maps itself is no evidence for a bare name beside it', () => {
  expect(guessColumns(['First Name', 'Name'], { 'First Name': 'company' }).map(({ field }) => field)).toEqual(
    ['company', 'full_name'],
  );
});

test('one bad cell does not contradict a header', () => {
  expect(
    mapColumns(['email', 'phone'], {}, [['not an address'], ['call me']]).map(({ field }) => field),
  ).toEqual(['email', 'phone']);
});

test('of a sample only the first 200 values are read', () => {
  const values = new Proxy<string[]>(
    Array.from({ length: 10_000 }, () => 'x'.repeat(10_000)),
    {
      get: (target, key) => {
        if (typeof key === 'string' && Number(key) >= 200) throw new Error(`read value ${key}`);
        return Reflect.get(target, key) as unknown;
      },
    },
  );
  expect(alone(values)).toBeNull();
});
