import { filterSchema } from '@bigdata/models';
import { createClickHouseDatabase } from '@bigdata/testing';
import fc from 'fast-check';
import { createRecordsRepository } from '../query/records.repository';
import { mergeRows, matches } from '../testing/merged-record';
import { insertRows, type StoredRow } from '../testing/stored-row';
import { openTestReads, type TestReads } from '../testing/test-reads';
import { normalizeFilter } from './normalize-filter';

const KEYS = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(16));
const FIRST = ['Jane', 'Seán'];
const LAST = ['Doe', "O'Neill"];
const LOADS = [1, 2, 3];

let reads: TestReads;

beforeAll(async () => {
  reads = await openTestReads(await createClickHouseDatabase());
});

afterAll(() => reads.close());

const run = (query: string) => reads.command(query);
const normalize = (input: unknown) => normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' });

/** What one load says of a name, in any mixture; the place is given by the position in the list. */
const rows: fc.Arbitrary<StoredRow[]> = fc
  .array(
    fc.record(
      {
        key: fc.constantFrom(...KEYS),
        load: fc.constantFrom(...LOADS),
        first_name: fc.constantFrom(...FIRST),
        last_name: fc.constantFrom(...LAST),
      },
      { requiredKeys: ['key', 'load'] },
    ),
    { minLength: 4, maxLength: 14 },
  )
  .map((list) => list.map((row, place) => ({ ...row, place })));

test('a first and a last name find a record although no row of a file has both, however its rows were merged', async () => {
  const repository = createRecordsRepository(reads.select, reads.clickhouse.tables);
  const pairs = FIRST.flatMap((first) => LAST.map((last) => [first, last] as const));
  const steps = fc.array(fc.constantFrom('merge', 'seal'), { maxLength: 2 });
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), steps, async (stored, inserts, changes) => {
      for (const table of ['record_versions', 'record_lookups'])
        await run(`TRUNCATE TABLE ${reads.clickhouse.tables.everywhere(table)}`);
      const size = Math.ceil(stored.length / inserts);
      for (let from = 0; from < stored.length; from += size) {
        await insertRows(reads.clickhouse, stored.slice(from, from + size));
      }
      for (const change of changes) {
        if (change === 'merge')
          await run(`OPTIMIZE TABLE ${reads.clickhouse.tables.stored('record_versions')} FINAL`);
        else await sealEveryLoad();
      }
      const records = [...Map.groupBy(stored, ({ key }) => key).values()].map(mergeRows);
      for (const [first, last] of pairs) {
        const filter = normalize({
          and: [
            { field: 'first_name', op: 'eq', value: first },
            { field: 'last_name', op: 'eq', value: last },
          ],
        });
        const page = await repository.readPage(
          { filter, select: ['record_id'], after: null, rowsMax: 100 },
          reads.context,
        );
        const wanted = records
          .filter((record) => matches(filter, record))
          .map((record) => record.get('record_id'))
          .sort();
        expect(page.records.map(({ key }) => key)).toEqual(wanted);
        hits += wanted.length;
      }
    }),
    { numRuns: 25 },
  );
  expect(hits).toBeGreaterThan(12);
}, 240_000);

/** As the worker moves loads into the base: what lies in the copy went through the index again. */
async function sealEveryLoad(): Promise<void> {
  const { writes, everywhere } = reads.clickhouse.tables;
  for (const load of LOADS) {
    const stored = writes('record_versions');
    await run(`INSERT INTO ${stored} SELECT * REPLACE (toUInt32(0) AS load) FROM ${stored} AS kept
WHERE kept.load = ${load} SETTINGS insert_deduplicate = 0, optimize_on_insert = 0`);
    for (const table of ['record_versions', 'record_lookups']) {
      await run(`ALTER TABLE ${everywhere(table)} DROP PARTITION ${load}`);
    }
  }
}

test('a lookup reads a bounded number of rows, whatever the table holds', async () => {
  for (const table of ['record_versions', 'record_lookups'])
    await run(`TRUNCATE TABLE ${reads.clickhouse.tables.everywhere(table)}`);
  await run(`INSERT INTO ${reads.clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email, v_phone, v_first_name, v_last_name)
SELECT MD5(toString(number)), 0, ${packed("'user' || toString(number) || '@example.com'")},
  ${packed("'+1415' || toString(2000000 + number)")}, ${packed("'Jane' || toString(number % 1000)")},
  ${packed("'Doe' || toString(intDiv(number, 1000))")}
FROM numbers(200000)`);
  await run(`OPTIMIZE TABLE ${reads.clickhouse.tables.stored('record_versions')} FINAL`);
  await run(`OPTIMIZE TABLE ${reads.clickhouse.tables.stored('record_lookups')} FINAL`);
  const eq = (field: string, value: string) => ({ field, op: 'eq', value });
  for (const where of [
    eq('email', 'user123456@example.com'),
    eq('phone', '+14152123456'),
    { and: [eq('first_name', 'Jane456'), eq('last_name', 'Doe123')] },
  ]) {
    const page = { filter: normalize(where), select: ['record_id'] as const, after: null, rowsMax: 10 };
    const { records, statistics } = await createRecordsRepository(
      reads.select,
      reads.clickhouse.tables,
    ).readPage(page, reads.context);
    expect(records).toHaveLength(1);
    // Some granules of 1,024 rows in the index and in the records.
    expect(statistics.rowsRead).toBeLessThan(12_000);
  }
});

function packed(value: string): string {
  return `concat(unhex('0000000100000001'), ${value})`;
}
