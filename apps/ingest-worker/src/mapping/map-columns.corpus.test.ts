/** Published files of people and organisations, mapped as a person would map them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createCsvReader } from '../csv/csv-reader';
import { guessColumns, type Sample } from './map-columns';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const ROWS_MAX = 1_000;
const VALUES_MAX = 200;

function readHead(file: string): { names: string[]; sample: Sample } {
  const limits = { fieldBytesMax: 100_000, rowBytesMax: 200_000 };
  const reader = createCsvReader({ delimiter: ','.charCodeAt(0), limits, offset: 0, line: 1 });
  reader.push(readFileSync(path.join(corpusFolder, file)));
  reader.end();
  const records: string[][] = [];
  for (let record = reader.next(); record !== null && records.length <= ROWS_MAX; record = reader.next()) {
    if (record.problem === null) records.push([...record.fields]);
  }
  const [names = [], ...rows] = records;
  const sample = names.map((_, index) =>
    rows
      .map((row) => row[index] ?? '')
      .filter((cell) => cell.trim() !== '')
      .slice(0, VALUES_MAX),
  );
  return { names, sample };
}

const mappedOf = (columns: ReturnType<typeof guessColumns>): Record<string, string> =>
  Object.fromEntries(columns.flatMap(({ name, field }) => (field === null ? [] : [[name, field]])));

const LEGISLATORS = {
  last_name: 'last_name',
  first_name: 'first_name',
  middle_name: 'middle_name',
  suffix: 'name_suffix',
  full_name: 'full_name',
  birthday: 'birth_date',
  gender: 'gender',
  state: 'region',
  url: 'website',
  address: 'address',
  phone: 'phone',
};

const FEBRL = {
  given_name: 'first_name',
  surname: 'last_name',
  address_1: 'address',
  suburb: 'city',
  postcode: 'postal_code',
  state: 'region',
  date_of_birth: 'birth_date',
};

const SENZING = {
  PRIMARY_NAME_FULL: 'full_name',
  PRIMARY_NAME_LAST: 'last_name',
  PRIMARY_NAME_FIRST: 'first_name',
  DATE_OF_BIRTH: 'birth_date',
  EMAIL_ADDRESS: 'email',
  ADDR_CITY: 'city',
  ADDR_STATE: 'region',
  ADDR_POSTAL_CODE: 'postal_code',
  ADDR_COUNTRY: 'country',
  PHONE_NUMBER: 'phone',
};

test.each<[file: string, mapping: Record<string, string>]>([
  ['people-orgs/csv/us-legislators-current.csv', LEGISLATORS],
  ['people-orgs/csv/us-legislators-historical.csv', LEGISLATORS],
  [
    'people-orgs/csv/us-legislators-district-offices.csv',
    { address: 'address', city: 'city', phone: 'phone', state: 'region', zip: 'postal_code' },
  ],
  [
    'people-orgs/csv/us-ipeds-hd2013.csv',
    {
      INSTNM: 'company',
      ADDR: 'address',
      CITY: 'city',
      STABBR: 'region',
      ZIP: 'postal_code',
      // CHFTITLE, the chief's title, only a person reads as a job title.
      CHFNM: 'full_name',
      GENTELE: 'phone',
      WEBADDR: 'website',
    },
  ],
  [
    'people-orgs/csv/us-dotgov-current-full.csv',
    {
      'Domain name': 'website',
      'Organization name': 'company',
      City: 'city',
      State: 'region',
      'Security contact email': 'email',
    },
  ],
  [
    'people-orgs/csv/us-hospital-general-info.csv',
    {
      'Facility Name': 'company',
      Address: 'address',
      City: 'city',
      State: 'region',
      'ZIP Code': 'postal_code',
      'Phone Number': 'phone',
    },
  ],
  ['record-linkage/febrl1.csv', FEBRL],
  ['record-linkage/febrl3.csv', FEBRL],
  [
    'record-linkage/splink-fake-1000.csv',
    { first_name: 'first_name', surname: 'last_name', dob: 'birth_date', city: 'city', email: 'email' },
  ],
  [
    'record-linkage/splink-historical-a.csv',
    {
      full_name: 'full_name',
      first_name: 'first_name',
      surname: 'last_name',
      dob: 'birth_date',
      postcode_fake: 'postal_code',
      gender: 'gender',
      occupation: 'job_title',
    },
  ],
  ['record-linkage/splink-fake-1000-labels.csv', {}],
  ['record-linkage/senzing/actual_truthset_key.csv', {}],
  [
    'record-linkage/senzing/customers.csv',
    {
      ...SENZING,
      PRIMARY_NAME_ORG: 'company',
      PRIMARY_NAME_MIDDLE: 'middle_name',
      GENDER: 'gender',
      // ADDR_FULL has 4 values in 120 rows.
      ADDR_LINE1: 'address',
    },
  ],
  ['record-linkage/senzing/reference.csv', { ...SENZING, ADDR_FULL: 'address', EMPLOYER: 'company' }],
  [
    'record-linkage/senzing/watchlist.csv',
    {
      ...SENZING,
      PRIMARY_NAME_MIDDLE: 'middle_name',
      GENDER: 'gender',
      ADDR_LINE1: 'address',
      EMPLOYER: 'company',
    },
  ],
  // The cells have slipped under other headers: dates under "Email Address", yes and no under "Website".
  [
    'record-linkage/dedupe-chicago-sites-true-ids.csv',
    { 'Site name': 'company', Address: 'address', Zip: 'postal_code', Phone: 'phone' },
  ],
  // Restaurants: a person knows that they are no people, their names do not say so.
  ['record-linkage/restaurants-nophone.csv', { name: 'full_name', address: 'address', city: 'city' }],
  // No header: its first row names nothing.
  ['people-orgs/csv/us-ofac-sdn.csv', {}],
])('%s', (file, mapping) => {
  const { names, sample } = readHead(file);
  expect(mappedOf(guessColumns(names, {}, sample))).toEqual(mapping);
});

test('without its header a file still maps what values tell', () => {
  const { names, sample } = readHead('people-orgs/csv/us-legislators-current.csv');
  const numbered = names.map((_, index) => `column_${index + 1}`);
  expect(mappedOf(guessColumns(numbered, {}, sample))).toEqual({
    column_2: 'first_name',
    column_6: 'full_name',
    column_7: 'birth_date',
    column_8: 'gender',
    column_14: 'website',
    column_16: 'phone',
  });
});
