import { filterSchema } from '@bigdata/models';
import { createClickHouseDatabase } from '@bigdata/testing';
import { normalizeFilter } from '../filter/normalize-filter';
import { openTestReads, type TestReads } from '../testing/test-reads';
import { createRecordsRepository } from './records.repository';

/** Page 10,000 is near the end of them. */
const RECORDS = 1_001_000;
const LIMIT = 100;
const PARTS = 4;
const GRANULE = 1_024;
const ROWS_OF_PART = 300_000;

let reads: TestReads;

/** Two loads that can still be undone, of two parts each; every part brings some records of the one before once more. */
beforeAll(async () => {
  reads = await openTestReads(await createClickHouseDatabase());
  await reads.command(`SYSTEM STOP MERGES ${reads.clickhouse.tables.stored('record_versions')}`);
  const step = (RECORDS - ROWS_OF_PART) / (PARTS - 1);
  for (let part = 0; part < PARTS; part += 1) {
    const load = Math.floor(part / 2) + 1;
    const packed = (value: string): string => `concat(unhex('0000000${load}00000001'), ${value})`;
    await reads.command(`INSERT INTO ${reads.clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_country, v_city)
SELECT MD5(toString(number)), ${load}, ${packed("['US', 'DE', 'FR', 'GB'][number % 4 + 1]")},
  ${packed("'city ' || toString(number % 400)")}
FROM numbers(${Math.floor(part * step)}, ${ROWS_OF_PART}) SETTINGS optimize_on_insert = 0`);
  }
}, 120_000);

afterAll(() => reads.close());

const eq = (field: string, value: string) =>
  normalizeFilter(filterSchema.parse({ field, op: 'eq', value }), { today: '2026-06-30' });

/** @param page from 1 */
async function readPage(page: number, filter: ReturnType<typeof eq> | null) {
  const before = (page - 1) * LIMIT;
  const { rows } = await reads.select(
    {
      sql: `SELECT lower(hex(dedupe_key)) AS key FROM record_versions FINAL ORDER BY dedupe_key LIMIT 1 OFFSET ${Math.max(0, before - 1)}`,
      params: {},
    },
    1,
    reads.context,
  );
  const [last] = rows as { key: string }[];
  if (last === undefined) throw new Error('the table has fewer pages');
  return createRecordsRepository(reads.select, reads.clickhouse.tables).readPage(
    {
      filter,
      select: ['record_id', 'country'],
      after: before === 0 ? null : { key: last.key, sortValues: [] },
      rowsMax: LIMIT + 1,
    },
    reads.context,
  );
}

test.each([1, 1_000, 10_000])(
  'page %d reads some granules of each part, and not what lies before or after it',
  async (page) => {
    for (const filter of [null, eq('country', 'US')]) {
      const { records, statistics } = await readPage(page, filter);
      expect(records).toHaveLength(LIMIT + 1);
      expect(statistics.rowsRead).toBeLessThan(10 * PARTS * GRANULE);
    }
  },
  60_000,
);

test.each([1, 1_000])(
  'with a filter that finds one record in 400, page %d ends where it is full',
  async (page) => {
    const { records, statistics } = await readPage(page, eq('city', 'city 7'));
    expect(records).toHaveLength(LIMIT + 1);
    // 40,400 records to find its keys, and a granule of each part for each of them.
    expect(statistics.rowsRead).toBeLessThan(RECORDS / 3);
  },
  60_000,
);
