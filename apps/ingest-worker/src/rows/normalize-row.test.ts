import { mapColumns } from '../mapping/map-columns';
import { createRowNormalizer } from './normalize-row';
import { type RecordRow } from './record-row';

function normalize(cells: Record<string, string>, country: string | null = null): RecordRow {
  const columns = mapColumns(Object.keys(cells), {});
  return createRowNormalizer(columns, { country, today: '2026-01-01' })(Object.values(cells));
}

test('a field that does not normalise stays empty, keeps its text and is counted, and the row goes on', () => {
  const row = normalize({ email: 'not an address', phone: '12', name: 'Jane Doe', birth_date: '1980-13-40' });
  expect(row).toMatchObject({ email: null, phone: null, birth_date: null, full_name: 'Jane Doe' });
  expect(row.refusals).toEqual([
    ['email', 'invalid_email'],
    ['phone', 'invalid_phone'],
    ['birth_date', 'invalid_birth_date'],
  ]);
  expect(Object.fromEntries(row.rawEntries)).toEqual({
    email: 'not an address',
    phone: '12',
    birth_date: '1980-13-40',
  });
});

test('the text is kept where the canonical value differs from it, and only there', () => {
  const row = normalize({ email: ' Jane@Example.com', city: 'Paris', company: 'Acme  Ltd' });
  expect(row).toMatchObject({ email: 'jane@example.com', city: 'Paris', company: 'Acme Ltd' });
  expect(row.rawEntries).toEqual([
    ['email', ' Jane@Example.com'],
    ['company', 'Acme  Ltd'],
  ]);
});

test('an empty or blank cell is no value, no warning and no text', () => {
  const row = normalize({ email: '', phone: ' ', name: '\u00a0', note: '\t', city: 'Rome' });
  expect(row.city).toBe('Rome');
  expect([row.rawEntries, row.refusals, row.attributeEntries]).toEqual([[], [], []]);
});

test('a whole name gives its parts, parts give the whole name, and written parts go before parsed ones', () => {
  expect(normalize({ name: 'Dr. Jane Q. Doe' })).toMatchObject({
    name_prefix: 'Dr.',
    first_name: 'Jane',
    middle_name: 'Q.',
    last_name: 'Doe',
  });
  expect(normalize({ 'First Name': 'JANE', 'Last Name': 'VAN DYKE' })).toMatchObject({
    full_name: 'Jane van Dyke',
    full_name_match: 'jane van dyke',
    first_name: 'Jane',
  });
  expect(
    normalize({ 'Full name': 'Dr. Jane Doe', 'First Name': 'Janet', 'Last Name': 'Dough' }),
  ).toMatchObject({
    full_name: 'Dr. Jane Doe',
    name_prefix: 'Dr.',
    first_name: 'Janet',
    last_name: 'Dough',
  });
});

test("phones, postal codes and dates are read by the row's country, else by the job's", () => {
  const cells = { phone: '(415) 555-0132', zip: '2139', birthday: '03/04/1980' };
  expect(normalize(cells, 'US')).toMatchObject({
    phone: '+14155550132',
    postal_code: '02139',
    birth_date: '1980-03-04',
    country: 'US',
  });
  expect(normalize({ ...cells, country: 'USA' }, 'DE')).toMatchObject({
    phone: '+14155550132',
    country: 'US',
  });
  expect(normalize({ ...cells, country: '' }, 'GB')).toMatchObject({ birth_date: '1980-04-03' });
  expect(normalize(cells).refusals).toContainEqual(['birth_date', 'ambiguous_birth_date']);
  expect(normalize(cells, 'CA').refusals).toContainEqual(['birth_date', 'ambiguous_birth_date']);
});

test("the job's country is that of the records where no column tells it, and an empty cell stays empty", () => {
  expect(normalize({ city: 'Paris' }, 'FR')).toMatchObject({ country: 'FR' });
  expect(normalize({ city: 'Paris' })).toMatchObject({ country: null });
  expect(normalize({ city: 'Paris', country: '' }, 'FR')).toMatchObject({ country: null });
});

test('match columns hold the folded spelling, for e-mail the mailbox', () => {
  expect(
    normalize({ email: 'Jane.Doe+x@googlemail.com', company: 'Société Générale', city: 'Zürich' }),
  ).toMatchObject({
    email: 'jane.doe+x@googlemail.com',
    email_match: 'janedoe@gmail.com',
    company_match: 'societe generale',
    city_match: 'zurich',
  });
});

test('attributes keep their header and their text, whatever the header is called', () => {
  const columns = mapColumns(['email', '__proto__', 'constructor', 'Note'], {});
  const row = createRowNormalizer(columns, { country: null, today: '2026-01-01' })([
    'a@b.example',
    'x',
    ' y ',
    '',
  ]);
  expect(row.attributeEntries).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(Object.entries(row.attributes)).toEqual(row.attributeEntries);
});
