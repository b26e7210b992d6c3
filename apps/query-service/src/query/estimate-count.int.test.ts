import { filterSchema } from '@bigdata/models';
import { createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { normalizeFilter } from '../filter/normalize-filter';
import { openTestReads, type TestReads } from '../testing/test-reads';
import { createRecordsRepository } from './records.repository';

const RECORDS = 60_000;
/** Five standard deviations of an estimate. */
const FACTOR = 1.25;

let reads: TestReads;

beforeAll(async () => {
  reads = await openTestReads(await createClickHouseDatabase());
});

afterAll(() => reads.close());

/** Records whose ids are other ones for each salt, every second one in two unmerged parts of different loads. */
async function fill(salt: number): Promise<void> {
  for (const table of ['record_versions', 'record_lookups'])
    await reads.command(`TRUNCATE TABLE ${reads.clickhouse.tables.everywhere(table)}`);
  for (const load of [1, 2]) {
    const packed = (value: string): string => `concat(unhex('0000000${load}00000001'), ${value})`;
    await reads.command(`INSERT INTO ${reads.clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_country, v_company, v_city, v_attributes)
SELECT sipHash128(number, ${salt}), ${load}, ${packed("['US', 'DE', 'FR', 'GB'][number % 4 + 1]")},
  ${packed("'company ' || toString(number % 10)")}, ${packed("'city ' || toString(number % 20000)")},
  map('n', ${packed('toString(number)')})
FROM numbers(${RECORDS}) WHERE ${load} = 1 OR number % 2 = 0 SETTINGS optimize_on_insert = 0`);
  }
}

const condition = fc.oneof(
  fc
    .subarray(['US', 'DE', 'FR', 'GB'], { minLength: 1 })
    .map((value) => ({ field: 'country', op: 'in', value })),
  fc.nat(11).map((n) => ({ field: 'company', op: 'eq', value: `company ${n}` })),
  fc.nat(25_000).map((n) => ({ field: 'city', op: 'eq', value: `city ${n}` })),
  fc.nat(RECORDS).map((value) => ({ field: 'attributes.n', op: 'lt', value })),
  fc.constantFrom('1', '12', '123').map((value) => ({ field: 'attributes.n', op: 'prefix', value })),
);
const filters = fc.oneof(
  condition,
  fc.record({ and: fc.array(condition, { minLength: 2, maxLength: 2 }) }),
  fc.record({ or: fc.array(condition, { minLength: 2, maxLength: 3 }) }),
  fc.record({ not: condition }),
);
const normalize = (where: unknown) => normalizeFilter(filterSchema.parse(where), { today: '2026-06-30' });

test('an estimate is within a quarter of the exact count, and exact where it says so', async () => {
  const repository = createRecordsRepository(reads.select, reads.clickhouse.tables);
  const relations = { eq: 0, approx: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(filters.map(normalize), { minLength: 8, maxLength: 8 }),
      async (salt, wanted) => {
        await fill(salt);
        for (const filter of [null, ...wanted]) {
          const exact = await repository.count(filter, 'exact', reads.context);
          const estimate = await repository.count(filter, 'estimate', reads.context);
          relations[estimate.relation] += 1;
          const factor = estimate.relation === 'eq' ? 1 : FACTOR;
          expect(estimate.value).toBeGreaterThanOrEqual(exact.value / factor);
          expect(estimate.value).toBeLessThanOrEqual(exact.value * factor);
        }
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
  expect(relations.eq).toBeGreaterThan(0);
  expect(relations.approx).toBeGreaterThan(5);
}, 120_000);

test('nothing is exactly nothing', async () => {
  await fill(1);
  const none = normalize({ field: 'city', op: 'eq', value: 'nowhere' });
  expect(
    await createRecordsRepository(reads.select, reads.clickhouse.tables).count(
      none,
      'estimate',
      reads.context,
    ),
  ).toMatchObject({
    value: 0,
    relation: 'eq',
  });
});

test('what many records have is estimated from a part of the table', async () => {
  await fill(2);
  const { rowsRead } = (
    await createRecordsRepository(reads.select, reads.clickhouse.tables).count(
      normalize({ field: 'country', op: 'eq', value: 'US' }),
      'estimate',
      reads.context,
    )
  ).statistics;
  expect(rowsRead).toBeLessThan(RECORDS / 3);
});
