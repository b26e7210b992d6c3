import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { filterSchema } from '@bigdata/models';
import { createLogger, Secret } from '@bigdata/platform';
import { createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { createSelectRunner, type SelectRunner } from '../clickhouse/select-runner';
import { createRecordsRepository } from '../query/records.repository';
import { matches, mergeRows, type MergedRecord } from '../testing/merged-record';
import { insertRows, jobIdOf, recordIdOf, SEEN_AT, type StoredRow } from '../testing/stored-row';
import { normalizeFilter } from './normalize-filter';
import { type NormalizedFilter } from './normalized-filter';

const LATER = '2026-02-01 08:30:00.250';
/** As texts in another order than as numbers. */
const LOADS = [2, 10, 256];
const KEYS = Array.from({ length: 24 }, (_, index) => `key-${String(index).padStart(12, '0')}`);

/**
 * Few values, so that random conditions do find something; as stored → spellings in a query. No postal codes: beside
 * another country they are refused.
 */
const VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  dataset: { people: ['people'], shops: ['shops', ' shops '] },
  email: { 'a.b@gmail.com': ['ab@gmail.com', 'A.B+x@GoogleMail.com'], 'c@example.com': ['C@Example.com'] },
  phone: { '+14155550132': ['+1 415 555 0132'], '+442079460000': ['+44 20 7946 0000'] },
  full_name: { 'Jane Doe': ['DOE, JANE', 'jane doe'], "Seán O'Neill": ['Sean ONeill'] },
  first_name: { Jane: ['JANE'], Seán: ['Sean'] },
  middle_name: { Q: ['q.'], Marie: ['marie'] },
  last_name: { Doe: ['DOE'], "O'Neill": ['ONeill', 'o’neill'] },
  name_prefix: { 'Dr.': ['dr.'], Prof: ['PROF'] },
  name_suffix: { 'Jr.': ['JR.'], PhD: ['phd'] },
  birth_date: { '1980-02-29': ['29.02.1980'], '1999-12-31': ['1999-12-31'] },
  gender: { female: ['F', 'woman'], other: ['non-binary'] },
  company: { 'Größe & Söhne': ['GROSSE & SOHNE'], Acme: ['acme'] },
  job_title: { 'Chief Engineer': ['chief engineer'], Boss: ['BOSS'] },
  website: { 'https://example.com': ['example.com'], 'https://example.org/a': ['HTTPS://EXAMPLE.ORG/a'] },
  address: { '1 Main St': ['1 MAIN ST'], '2 Side St': ['2 side st'] },
  city: { 'São Paulo': ['SAO PAULO'], Berlin: ['berlin'] },
  region: { California: ['CALIFORNIA'], Texas: ['texas'] },
  country: { US: ['us', 'United States'], GB: ['UK'] },
  'attributes.tier': { gold: ['gold'], silver: ['silver'] },
  'attributes.plan': { pro: ['pro'], Pro: ['Pro'] },
};
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(VALUES).map(([field, values]) => [field, Object.values(values).flat()]),
  ),
  record_id: KEYS.slice(0, 4).map(recordIdOf),
  ingest_id: LOADS.map((load) => jobIdOf(load).toUpperCase()),
  first_seen_at: [`${SEEN_AT.replace(' ', 'T')}Z`, `${LATER.replace(' ', 'T')}Z`],
  updated_at: [`${SEEN_AT.replace(' ', 'T')}Z`, `${LATER.replace(' ', 'T')}Z`],
};

const valueOf = (field: string) => fc.constantFrom(...Object.keys(VALUES[field]!));
const FIELDS = Object.keys(VALUES).filter((field) => !field.startsWith('attributes.'));

const storedRow: fc.Arbitrary<StoredRow> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    fields: fc.record(Object.fromEntries(FIELDS.map((field) => [field, valueOf(field)])), {
      requiredKeys: [],
    }),
    attributes: fc.record(
      { tier: valueOf('attributes.tier'), plan: valueOf('attributes.plan') },
      { requiredKeys: [] },
    ),
    load: fc.constantFrom(...LOADS),
    isSealed: fc.boolean(),
    updated_at: fc.constantFrom(SEEN_AT, LATER),
  })
  .map(({ fields, isSealed, ...row }) => ({ ...fields, ...row, ...(isSealed && { partition: 0 }) }));

const condition = fc.constantFrom(...Object.keys(SPELLINGS)).chain((field) => {
  const value = fc.constantFrom(...SPELLINGS[field]!);
  return fc.oneof(
    fc.record({ field: fc.constant(field), op: fc.constant('eq'), value }),
    fc.record({
      field: fc.constant(field),
      op: fc.constant('in'),
      value: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
  );
});

const { filter: filterInput } = fc.letrec((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    condition,
    fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }) }),
  ),
}));

let clickhouse: ClickHouse;
let select: SelectRunner;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createClickHouseDatabase();
  drop = created.drop;
  clickhouse = openClickHouse({
    url: new Secret(created.url),
    database: created.database,
    application: 'test',
    requestTimeoutMs: 30_000,
    connectionsMax: 8,
  });
  await migrateUp(clickhouse);
  await clickhouse.client.command({ query: 'SYSTEM STOP MERGES record_versions' });
  select = createSelectRunner({
    hideErased: () => ({}),
    clickhouse,
    limits: { timeoutMs: 20_000, memoryBytesMax: 1_000_000_000, rowsToReadMax: 1_000_000 },
  });
});

afterAll(async () => {
  await clickhouse.close();
  await drop();
});

const context = {
  requestId: 'request-0001',
  caller: { kind: 'service' as const, name: 'test' },
  signal: new AbortController().signal,
  log: createLogger({ service: 'test', level: 'error', format: 'json' }),
};

async function found(filter: NormalizedFilter): Promise<string[]> {
  const repository = createRecordsRepository(select);
  const [{ records }, { value }] = await Promise.all([
    repository.readPage({ filter, select: ['record_id'], after: null, rowsMax: 1_000 }, context),
    repository.count(filter, context),
  ]);
  expect(value).toBe(records.length);
  return records.map(({ key }) => key);
}

function expected(filter: NormalizedFilter, records: readonly MergedRecord[]): string[] {
  return records
    .filter((record) => matches(filter, record))
    .map((record) => record.get('record_id')!)
    .sort();
}

test('ClickHouse finds exactly the records that the filter means, merged or not', async () => {
  // The rows are one sample, so that a failing filter can shrink over the same data.
  const seed = 20_261_122;
  const rows = fc.sample(storedRow, { numRuns: 72, seed }).map((row, place) => ({ ...row, place }));
  const [shuffled = []] = fc.sample(fc.shuffledSubarray(rows, { minLength: rows.length }), {
    numRuns: 1,
    seed,
  });
  const parts = [shuffled.slice(0, 30), shuffled.slice(30, 50), shuffled.slice(50)];
  for (const part of [...parts, parts[0]!]) await insertRows(clickhouse, part);
  const records = [...Map.groupBy(rows, ({ key }) => key).values()].map(mergeRows);

  let hits = 0;
  const agreement = () =>
    fc.asyncProperty(fc.array(filterInput, { minLength: 8, maxLength: 8 }), async (inputs) => {
      const filters = inputs.map((input) =>
        normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' }),
      );
      const results = await Promise.all(filters.map(found));
      const wanted = filters.map((filter) => expected(filter, records));
      expect(results).toEqual(wanted);
      hits += wanted.filter((ids) => ids.length > 0).length;
    });
  await fc.assert(agreement(), { numRuns: 30 });
  expect(hits).toBeGreaterThan(60);

  await clickhouse.client.command({ query: 'SYSTEM START MERGES record_versions' });
  await clickhouse.client.command({ query: 'OPTIMIZE TABLE record_versions FINAL' });
  await fc.assert(agreement(), { numRuns: 15 });
}, 240_000);
