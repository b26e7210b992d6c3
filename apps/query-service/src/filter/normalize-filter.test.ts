import { AppError, filterSchema, type ProblemDetailError } from '@bigdata/models';
import { normalizeFilter } from './normalize-filter';
import { isGroup, isNegation, type NormalizedFilter } from './normalized-filter';

const normalize = (input: unknown): NormalizedFilter =>
  normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' });

const eq = (field: string, value: string) => ({ field, op: 'eq', value });

/** The values of the conditions, in the order of the tree. */
function valuesOf(filter: NormalizedFilter): string[] {
  if (isNegation(filter)) return valuesOf(filter.filter);
  return isGroup(filter) ? filter.filters.flatMap(valuesOf) : [...filter.values];
}

function errorsOf(input: unknown): readonly ProblemDetailError[] {
  try {
    normalize(input);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return error.errors;
    throw error;
  }
  return [];
}

test.each([
  ['record_id', ' 0123456789ABCDEF0123456789abcdef', '0123456789abcdef0123456789abcdef'],
  ['dataset', '  people ', 'people'],
  ['email', 'Jane.Doe+news@GoogleMail.com', 'janedoe@gmail.com'],
  ['email', 'Jane Doe <Jane@Example.com>', 'jane@example.com'],
  ['phone', '+1 (415) 555-0132', '+14155550132'],
  ['phone', '+1 415 555 0132 ext. 7', '+14155550132'],
  ['full_name', 'DOE, Jane', 'jane doe'],
  ['first_name', 'JOSÉ', 'jose'],
  ['middle_name', 'Q.', 'q'],
  ['last_name', "O'Neill", 'oneill'],
  ['name_prefix', ' Dr. ', 'Dr.'],
  ['birth_date', '29 February 1980', '1980-02-29'],
  ['birth_date', '31.12.1999', '1999-12-31'],
  ['gender', 'F', 'female'],
  ['company', 'GRÖẞE Söhne, Inc.', 'grosse sohne inc'],
  ['job_title', 'Chief   Engineer', 'Chief Engineer'],
  ['website', 'Example.com/', 'https://example.com'],
  ['city', 'São  Paulo', 'sao paulo'],
  ['region', ' CA', 'CA'],
  ['postal_code', 'sw1a 1aa', 'SW1A 1AA'],
  ['country', 'Deutschland', 'DE'],
  ['first_seen_at', '2026-01-31T13:00:00+01:00', '2026-01-31 12:00:00.000'],
  ['updated_at', '2026-01-31t12:00z', '2026-01-31 12:00:00.000'],
  ['ingest_id', '0198C0DE-0000-7000-8000-000000000001', '0198c0de-0000-7000-8000-000000000001'],
  ['attributes.tier', ' Gold ', 'Gold'],
])('a value of %s, "%s", is compared as "%s"', (field, raw, value) => {
  expect(valuesOf(normalize(eq(field, raw)))).toEqual([value]);
});

describe('a national phone number', () => {
  test('is read by the country demanded in the same "and"', () => {
    const filter = { and: [eq('phone', '(415) 555-0132'), eq('country', 'United States')] };
    expect(valuesOf(normalize(filter))).toEqual(['+14155550132', 'US']);
  });

  test('is read by the country of an enclosing "and", and the nearest one wins', () => {
    const phone = eq('phone', '030 1234567');
    const filter = {
      and: [
        eq('country', 'US'),
        { or: [{ and: [eq('country', 'DE'), phone] }, eq('phone', '415 555 0132')] },
      ],
    };
    expect(valuesOf(normalize(filter))).toEqual(['US', 'DE', '+49301234567', '+14155550132']);
  });

  test.each([
    ['without a country', eq('phone', '(415) 555-0132'), '#/where/value'],
    [
      'beside a country that is only an alternative',
      { or: [eq('country', 'US'), eq('phone', '(415) 555-0132')] },
      '#/where/or/1/value',
    ],
    [
      'beside several countries',
      { and: [{ field: 'country', op: 'in', value: ['US', 'CA'] }, eq('phone', '(415) 555-0132')] },
      '#/where/and/1/value',
    ],
  ])('%s is refused with the two ways to write it', (_where, filter, pointer) => {
    expect(errorsOf(filter)).toEqual([
      {
        pointer,
        detail: 'not a valid phone number',
        hint: 'write it as +<country code><number>, or add a condition "country" eq, such as "US", in the same "and"',
      },
    ]);
  });
});

test('a postal code takes the spelling of the country beside it', () => {
  expect(valuesOf(normalize({ and: [eq('country', 'US'), eq('postal_code', '2139')] }))).toEqual([
    'US',
    '02139',
  ]);
  expect(errorsOf({ and: [eq('country', 'US'), eq('postal_code', 'SW1A 1AA')] })).toEqual([
    { pointer: '#/where/and/1/value', detail: 'not a postal code of US' },
  ]);
});

test('values of a list that come to the same are kept once', () => {
  const filter = { field: 'email', op: 'in', value: ['a@example.com', 'A@Example.com', 'b@example.com'] };
  expect(valuesOf(normalize(filter))).toEqual(['a@example.com', 'b@example.com']);
});

test.each([
  ['email', 'prefix', 'Jane.Doe', 'jane.doe'],
  ['email', 'contains', '@GoogleMail.com', '@googlemail.com'],
  ['phone', 'prefix', '+1 (415)', '+1415'],
  ['phone', 'contains', '(415) 555', '415555'],
  ['phone', 'gte', '+44 20', '+4420'],
  ['company', 'contains', ' Größe & ', 'grosse &'],
  ['last_name', 'prefix', "O'N", 'on'],
  ['region', 'contains', 'CALI', 'cali'],
  ['postal_code', 'prefix', 'sw1a', 'SW1A'],
  ['country', 'lt', 'Germany', 'DE'],
  ['gender', 'prefix', 'FEM', 'fem'],
  ['website', 'prefix', 'HTTPS://Example', 'https://example'],
  ['website', 'lt', 'https://example.com/A', 'https://example.com/A'],
  ['birth_date', 'lt', '2100-01-01', '2100-01-01'],
  ['birth_date', 'gte', '29 February 1980', '1980-02-29'],
  ['first_seen_at', 'gte', '2026-01-31', '2026-01-31 00:00:00.000'],
  ['dataset', 'contains', 'Peo', 'Peo'],
  ['attributes.x', 'prefix', ' Go ', 'Go'],
])('as a bound or a part of %s, %s "%s" is compared as "%s"', (field, op, raw, value) => {
  expect(valuesOf(normalize({ field, op, value: raw }))).toEqual([value]);
});

test.each([
  ['phone', 'prefix', '415', 'begin with +<country code>, such as +1415'],
  ['phone', 'contains', 'call me', 'digits, such as +1415 or 5550132'],
  ['birth_date', 'lt', '2026-02-30', 'write it as YYYY-MM-DD'],
])('as a bound or a part, %s %s "%s" is refused with a hint', (field, op, value, hint) => {
  expect(errorsOf({ field, op, value })).toMatchObject([{ pointer: '#/where/value', hint }]);
});

test.each([
  ['number', ' 12.50 ', ['12.5']],
  ['number', '1e3', ['1000']],
  ['date', '2026-01-31', ['2026-01-31 00:00:00.000']],
  ['date', '2026-01-31T12:00+01:00', ['2026-01-31 11:00:00.000']],
  ['number', '12 kg', null],
  ['number', '0x10', null],
  ['number', '1e999', null],
  ['date', 'yesterday', null],
])('an attribute read as %s is compared with "%s" as %p', (type, value, values) => {
  const filter = { field: 'attributes.x', type, op: 'gte', value };
  if (values) expect(valuesOf(normalize(filter))).toEqual(values);
  else expect(errorsOf(filter)).toMatchObject([{ pointer: '#/where/value' }]);
});

test('a range that nothing lies in is refused', () => {
  const range = (field: string, ...value: unknown[]) => errorsOf({ field, op: 'between', value });
  expect(range('last_name', 'M', 'a')).toMatchObject([{ pointer: '#/where/value' }]);
  expect(range('attributes.x', 10, 9)).toMatchObject([{ pointer: '#/where/value' }]);
  expect(range('attributes.x', 9, 10)).toEqual([]);
  expect(range('last_name', 'a', 'A')).toEqual([]);
});

test('a national phone number is read by the country beside the "not" that it stands in', () => {
  const filter = { and: [eq('country', 'US'), { not: eq('phone', '(415) 555-0132') }] };
  expect(valuesOf(normalize(filter))).toEqual(['US', '+14155550132']);
  expect(errorsOf({ and: [{ not: eq('country', 'US') }, eq('phone', '(415) 555-0132')] })).toHaveLength(1);
});

const TIMESTAMP_HINT = 'write it as 2026-01-31T12:00:00.000Z, with a time zone and at most milliseconds';

test.each([
  ['record_id', '123', 'a record id is 32 hexadecimal characters'],
  ['email', 'jane', 'for example jane@example.com'],
  ['country', 'Atlantis', 'write the ISO 3166-1 alpha-2 code, such as US'],
  ['birth_date', '03/04/1980', 'write it as YYYY-MM-DD'],
  ['birth_date', '1980-02-30', 'write it as YYYY-MM-DD'],
  ['birth_date', '2026-07-01', 'write it as YYYY-MM-DD'],
  ['birth_date', '0999-12-31', 'write it as YYYY-MM-DD'],
  ['gender', 'unknown', 'one of female, male, other'],
  ['website', 'not a site', 'for example https://example.com'],
  ['ingest_id', 'job 7', 'for example 0198c0de-0000-7000-8000-000000000000'],
  ['updated_at', '2026-01-31', TIMESTAMP_HINT],
  ['updated_at', '2026-01-31T12:00:00', TIMESTAMP_HINT],
  ['updated_at', '2026-01-31T12:00:00.0001Z', TIMESTAMP_HINT],
  ['updated_at', '2026-13-01T00:00:00Z', TIMESTAMP_HINT],
  ['updated_at', '1850-01-01T00:00Z', TIMESTAMP_HINT],
])('a value that %s cannot have, "%s", is refused with a hint', (field, value, hint) => {
  expect(errorsOf(eq(field, value))).toMatchObject([{ pointer: '#/where/value', hint }]);
});

test.each(['company', 'region', 'full_name', 'email'])('an empty value of %s is refused', (field) => {
  expect(errorsOf(eq(field, ' \u200b '))).toMatchObject([{ pointer: '#/where/value' }]);
});

test('an attribute is compared as the file has it, but for the white space around it', () => {
  expect(normalize(eq('attributes.x', ' a  B '))).toMatchObject({ values: ['a  B'] });
  expect(errorsOf(eq('attributes.x', ' \u00a0'))).toMatchObject([{ pointer: '#/where/value' }]);
});

test('every wrong value is reported at its own place, fifty at most', () => {
  const filter = {
    and: [
      eq('email', 'x'),
      { or: [{ field: 'country', op: 'in', value: ['US', 'Atlantis'] }, eq('gender', '?')] },
    ],
  };
  expect(errorsOf(filter).map(({ pointer }) => pointer)).toEqual([
    '#/where/and/0/value',
    '#/where/and/1/or/0/value/1',
    '#/where/and/1/or/1/value',
  ]);
  expect(errorsOf({ field: 'email', op: 'in', value: Array.from({ length: 60 }, () => 'x') })).toHaveLength(
    50,
  );
});

test('the name of an attribute is that of the column, and refused when nothing is left', () => {
  expect(normalize(eq('attributes. Loyalty  Tier ', 'gold'))).toMatchObject({
    field: { kind: 'attribute', name: 'Loyalty  Tier' },
  });
  expect(errorsOf({ and: [eq('attributes. ', 'x')] })[0]?.pointer).toBe('#/where/and/0/field');
});

test('the result is frozen all the way down', () => {
  const filter = normalize({ and: [eq('email', 'a@example.com')] });
  expect(Object.isFrozen(filter)).toBe(true);
  const [member] = isGroup(filter) ? filter.filters : [];
  expect([Object.isFrozen(member), member && 'values' in member && Object.isFrozen(member.values)]).toEqual([
    true,
    true,
  ]);
});
