import { isDeepStrictEqual } from 'node:util';
import {
  AppError,
  FILTER_OPERATORS,
  type FilterOperator,
  filterSchema,
  isRecordFieldName,
  OPERATORS_OF_TYPE,
  RECORD_FIELDS,
} from '@bigdata/models';
import { createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { z } from 'zod';
import { createSqlParameters } from '../clickhouse/sql-parameters';
import { RECORDS_TABLE } from '../query/record-columns';
import { createRecordsRepository } from '../query/records.repository';
import { matches, mergeRows, type MergedRecord } from '../testing/merged-record';
import { insertRows, jobIdOf, recordIdOf, SEEN_AT, type StoredRow } from '../testing/stored-row';
import { openTestReads, type TestReads } from '../testing/test-reads';
import { compileFilter } from './compile-filter';
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
  'attributes.size': Object.fromEntries(
    ['7', '-3', '12.50', '1e2', '+.5', 'seven', '0x10', 'inf', '7 kg', '2026-01-31', '6058.27e-1'].map(
      (text) => [text, [text]],
    ),
  ),
  'attributes.when': Object.fromEntries(
    [
      '2026-01-31',
      '2026-01-31T12:00:00Z',
      '2026-01-31 13:30:15.250+02:00',
      '1969-07-20',
      '2026-02-30',
      'today',
      '7',
    ].map((text) => [text, [text]]),
  ),
};
const TEXT_PARTS: Readonly<Record<string, readonly string[]>> = {
  email: ['A.', 'c@', 'example', '@'],
  phone: ['+1', '+44 20', '+1 (415)'],
  country: ['u', 'GB', 's'],
  full_name: ['jane', "O'N", 'e'],
  last_name: ['o', 'NEIL'],
  company: ['grosse', 'Ac'],
  website: ['https://EXAMPLE', 'org/A', 'https'],
  city: ['são', 'b'],
};
/** The last is not what ClickHouse's fast parser makes of the same number as it is stored. */
const NUMBERS = [7, -3, 12.5, 100, 0.5, 0, 605.827];
const MOMENTS = ['2026-01-31', '2026-01-31T12:00:00Z', '1969-07-20', '2026-02-01T00:00:00.001+01:00'];
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
      {
        tier: valueOf('attributes.tier'),
        plan: valueOf('attributes.plan'),
        size: valueOf('attributes.size'),
        when: valueOf('attributes.when'),
      },
      { requiredKeys: [] },
    ),
    load: fc.constantFrom(...LOADS),
    isSealed: fc.boolean(),
    updated_at: fc.constantFrom(SEEN_AT, LATER),
  })
  .map(({ fields, isSealed, ...row }) => ({ ...fields, ...row, ...(isSealed && { partition: 0 }) }));

const LISTS: readonly FilterOperator[] = ['in', 'not_in', 'between'];

/** Any condition that the operator makes of the values; bounds may come out the wrong way round. */
function conditionOn(
  target: object,
  operator: FilterOperator,
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  if (operator === 'exists') {
    return fc.option(fc.boolean()).map((wanted) => ({ ...target, op: operator, value: wanted ?? undefined }));
  }
  const [minLength, maxLength] = operator === 'between' ? [2, 2] : [1, 3];
  const values = LISTS.includes(operator) ? fc.array(value, { minLength, maxLength }) : value;
  return values.map((given) => ({ ...target, op: operator, value: given }));
}

const ORDERED = FILTER_OPERATORS.filter((operator) => operator !== 'prefix' && operator !== 'contains');
const condition = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(...Object.keys(SPELLINGS)).chain((field) =>
      fc
        .constantFrom(...OPERATORS_OF_TYPE[isRecordFieldName(field) ? RECORD_FIELDS[field].type : 'map'])
        .chain((operator) => {
          const isPart = operator === 'prefix' || operator === 'contains';
          const parts = (isPart ? TEXT_PARTS[field] : undefined) ?? SPELLINGS[field]!;
          return conditionOn({ field }, operator, fc.constantFrom(...parts));
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...ORDERED)
      .chain((operator) =>
        conditionOn({ field: 'attributes.size', type: 'number' }, operator, fc.constantFrom(...NUMBERS)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...ORDERED)
      .chain((operator) =>
        conditionOn({ field: 'attributes.when', type: 'date' }, operator, fc.constantFrom(...MOMENTS)),
      ),
  },
);

const { filter: filterInput } = fc.letrec((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    condition,
    fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));

/** Null for what is refused: a range without anything in it. */
function normalize(input: unknown): NormalizedFilter | null {
  try {
    return normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' });
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return null;
    throw error;
  }
}

const filter = filterInput.map(normalize).filter((normalized) => normalized !== null);

let reads: TestReads;

beforeAll(async () => {
  reads = await openTestReads(await createClickHouseDatabase());
  await reads.command(`SYSTEM STOP MERGES ${reads.clickhouse.tables.stored(RECORDS_TABLE)}`);
});

afterAll(() => reads.close());

async function found(filter: NormalizedFilter): Promise<string[]> {
  const repository = createRecordsRepository(reads.select, reads.clickhouse.tables);
  const [{ records }, { value }] = await Promise.all([
    repository.readPage({ filter, select: ['record_id'], after: null, rowsMax: 1_000 }, reads.context),
    repository.count(filter, 'exact', reads.context),
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

/** Which records every filter finds, in one statement, with the conditions as columns. */
async function foundByEach(filters: readonly NormalizedFilter[]): Promise<string[][]> {
  const parameters = createSqlParameters();
  const conditions = filters.map((each) => compileFilter(each, parameters));
  const { rows } = await reads.select(
    {
      sql: `SELECT lower(hex(dedupe_key)) AS id, [${conditions.join(', ')}] AS truths
FROM ${RECORDS_TABLE} FINAL ORDER BY id`,
      params: parameters.all(),
    },
    KEYS.length,
    reads.context,
  );
  // Neither true nor false would be neither 1 nor 0.
  const records = z.array(z.object({ id: z.string(), truths: z.array(truth) })).parse(rows);
  return filters.map((_, index) => records.filter(({ truths }) => truths[index]).map(({ id }) => id));
}
const truth = z.union([z.boolean(), z.literal([0, 1]).transform(Boolean)]);

async function store(rows: readonly StoredRow[], isMerged: boolean): Promise<MergedRecord[]> {
  const inOrder = rows.map((row, place) => ({ ...row, place }));
  await reads.command(`TRUNCATE TABLE ${reads.clickhouse.tables.everywhere(RECORDS_TABLE)}`);
  // Stored out of order and in part twice: load and place alone say which value is the latest.
  const parts = [inOrder.slice(40), inOrder.slice(0, 40), inOrder.slice(0, 10)];
  for (const part of parts) await insertRows(reads.clickhouse, part);
  if (isMerged) {
    await reads.command(`SYSTEM START MERGES ${reads.clickhouse.tables.stored(RECORDS_TABLE)}`);
    await reads.command(`OPTIMIZE TABLE ${reads.clickhouse.tables.stored(RECORDS_TABLE)} FINAL`);
    await reads.command(`SYSTEM STOP MERGES ${reads.clickhouse.tables.stored(RECORDS_TABLE)}`);
  }
  return [...Map.groupBy(inOrder, ({ key }) => key).values()].map(mergeRows);
}

const rows = fc.array(storedRow, { minLength: 60, maxLength: 60 });
/** Too many for shrinking: the first wrong ones are shown instead. */
const TREES_AT_ONCE = 200;

test('ten thousand random filters over random records find what they mean, merged or not', async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.boolean(),
      fc.array(filter, { minLength: TREES_AT_ONCE, maxLength: TREES_AT_ONCE }),
      async (stored, isMerged, filters) => {
        const records = await store(stored, isMerged);
        const results = await foundByEach(filters);
        const wrong = filters.flatMap((each, index) => {
          const wanted = expected(each, records);
          hits += Number(wanted.length > 0 && wanted.length < records.length);
          return isDeepStrictEqual(results[index], wanted) ? [] : [{ each, found: results[index], wanted }];
        });
        expect(wrong.slice(0, 3)).toEqual([]);
      },
    ),
    { numRuns: 50, endOnFailure: true },
  );
  // Most of them tell some records from others.
  expect(hits).toBeGreaterThan(5_000);
}, 300_000);

test('an attribute as a number is the one that JavaScript reads, however it is written', async () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.integer({ min: -30, max: 30 }))
    .map(([digits, exponent]) => `${digits}e${exponent}`);
  const decimals = fc.array(decimal, { minLength: KEYS.length, maxLength: KEYS.length });
  await fc.assert(
    fc.asyncProperty(decimals, async (texts) => {
      await store(
        texts.map((size, index) => ({ key: KEYS[index]!, attributes: { size } })),
        false,
      );
      const filters = texts.map((text) => ({
        op: 'eq' as const,
        field: { kind: 'attribute' as const, name: 'size', type: 'number' as const },
        values: [String(Number(text))],
      }));
      const own = (await foundByEach(filters)).map((ids, index) => ids.includes(recordIdOf(KEYS[index]!)));
      expect(own).toEqual(texts.map(() => true));
    }),
    { numRuns: 10 },
  );
});

test('pages and counts find exactly the records that the filter means, merged or not', async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.boolean(),
      fc.array(filter, { minLength: 8, maxLength: 8 }),
      async (stored, isMerged, filters) => {
        const records = await store(stored, isMerged);
        const results = await Promise.all(filters.map(found));
        const wanted = filters.map((each) => expected(each, records));
        expect(results).toEqual(wanted);
        hits += wanted.filter((ids) => ids.length > 0).length;
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
  expect(hits).toBeGreaterThan(60);
}, 240_000);
