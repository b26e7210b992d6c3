import { JobFailure } from '../jobs/job-failure';
import { mapColumns } from './map-columns';

const map = (headers: string[], explicit: Record<string, string> = {}): (string | null)[] =>
  mapColumns(headers, explicit).map(({ name, field }) => field ?? `attributes.${name}`);

const failureOf = (run: () => unknown): JobFailure => {
  try {
    run();
  } catch (error) {
    if (error instanceof JobFailure) return error;
    throw error;
  }
  throw new Error('did not fail');
};

test.each([
  ['E-Mail', 'email'],
  ['e_mail', 'email'],
  ['EMAIL ADDRESS', 'email'],
  ['emailAddress', 'email'],
  ['Adresse électronique', 'email'],
  ['Correo electrónico', 'email'],
  ['Telefonnummer', 'phone'],
  ['Téléphone', 'phone'],
  ['Phone #', 'phone'],
  ['Vorname', 'first_name'],
  ['Prénom', 'first_name'],
  ['GivenName', 'first_name'],
  ['Nachname', 'last_name'],
  ['Apellidos', 'last_name'],
  ['Cognome', 'last_name'],
  ['Date de naissance', 'birth_date'],
  ['DOB', 'birth_date'],
  ['Straße', 'address'],
  ['PLZ', 'postal_code'],
  ['ZIP/Postal Code', 'postal_code'],
  ['Ville', 'city'],
  ['State/Province', 'region'],
  ['Land', 'country'],
  ['País', 'country'],
  ['Firma', 'company'],
  ['Raison sociale', 'company'],
  ['Title', 'job_title'],
  ['Website URL', 'website'],
  ['Imię i nazwisko', 'full_name'],
  ['postal_code', 'postal_code'],
])('a column headed %j fills %s', (header, field) => {
  expect(map([header])).toEqual([field]);
});

test('a bare name is the whole name, or the part that the other columns leave', () => {
  expect(map(['Name', 'Email'])).toEqual(['full_name', 'email']);
  expect(map(['Vorname', 'Name'])).toEqual(['first_name', 'last_name']);
  expect(map(['Nome', 'Cognome'])).toEqual(['first_name', 'last_name']);
  expect(map(['Name', 'First Name', 'Last Name'])).toEqual(['full_name', 'first_name', 'last_name']);
});

test('what maps to no field keeps its header as the name of an attribute', () => {
  expect(map(['email', ' Favourite Colour ', ''])).toEqual([
    'email',
    'attributes.Favourite Colour',
    'attributes.column_3',
  ]);
});

test('of two columns for one field the better header wins, and the other is an attribute', () => {
  expect(map(['Work Email', 'Email', 'Mobile', 'Phone'])).toEqual([
    'attributes.Work Email',
    'email',
    'attributes.Mobile',
    'phone',
  ]);
});

test('repeated headers are told apart', () => {
  expect(map(['email', 'Note', 'Note', 'Note_2', 'Email'])).toEqual([
    'email',
    'attributes.Note',
    'attributes.Note_2',
    'attributes.Note_2_2',
    'attributes.Email',
  ]);
});

test('the mapping of the job goes before every guess', () => {
  expect(map(['email', 'Contact', 'x'], { X: 'email', Contact: 'company' })).toEqual([
    'attributes.email',
    'company',
    'email',
  ]);
});

test('a mapping of a column that is not there, or of one field twice, fails with the columns named', () => {
  const missing = failureOf(() => map(['email', 'b'], { Mail: 'email' }));
  expect(missing.code).toBe('invalid_mapping');
  expect(missing.detail).toContain('"Mail"');
  expect(missing.detail).toContain('"email", "b"');
  expect(failureOf(() => map(['a', 'b'], { a: 'email', b: 'email' })).code).toBe('invalid_mapping');
});

test('a header of which nothing maps fails and lists what was read', () => {
  const failure = failureOf(() => map(['36', 'AEROCARIBBEAN AIRLINES', '-0-']));
  expect(failure.code).toBe('no_mappable_columns');
  expect(failure.detail).toContain('"AEROCARIBBEAN AIRLINES"');
});
