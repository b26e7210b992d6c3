/**
 * The life of some loads on one server and on a cluster of two shards: what is counted, rejected, undone, moved into the
 * base and erased is the same on both. What it has to be on one server is the subject of the other suites.
 */
import { type ClickHouse, ERASABLE_TABLES } from '@bigdata/clickhouse';
import { createClickHouseDatabase } from '@bigdata/testing';
import { createErasedList } from './erasures/erased-list';
import { createEraseJob } from './erasures/erase.job';
import { createErasureStore } from './erasures/erasure-store';
import { createSuppressJob } from './erasures/suppress.job';
import { type FakeJob } from './test-support/fake-admin';
import { type FakeErasures, createFakeErasures } from './test-support/fake-erasures';
import {
  cleanUpEagerly,
  createIngestBench,
  type IngestBench,
  openTestTables,
} from './test-support/ingest-bench';
import { createRecordingLogger } from './test-support/recording-logger';

jest.setTimeout(120_000);

const { signal } = new AbortController();
const HEADER = 'email,phone,full_name,city';
const person = (number: number, city: string): string =>
  `person${number}@example.com,(415) 555-01${String(number % 100).padStart(2, '0')},Jane Doe${number},${city}`;
const file = (from: number, to: number, city: string): string =>
  [
    HEADER,
    ...Array.from({ length: to - from }, (_, index) => person(from + index, city)),
    ',,,,too,many',
    '',
  ].join('\n');

interface Side {
  readonly clickhouse: ClickHouse;
  readonly select: <T>(query: string) => Promise<T[]>;
  readonly bench: IngestBench;
  readonly erasures: FakeErasures;
  readonly jobs: FakeJob[];
  close(): Promise<void>;
}

async function openSide(isSharded: boolean): Promise<Side> {
  const database = await createClickHouseDatabase({ isSharded });
  const { clickhouse, loader, select } = await openTestTables(database);
  for (const { table } of ERASABLE_TABLES) await cleanUpEagerly(clickhouse, clickhouse.tables.stored(table));
  const bench = createIngestBench(loader, { batchBytes: 2_000, insertBytes: 4_000 });
  return {
    ...{ clickhouse, select, bench },
    erasures: createFakeErasures(),
    jobs: [],
    async close() {
      bench.close();
      await clickhouse.close();
      await database.drop();
    },
  };
}

let sides: Side[];
beforeEach(async () => {
  sides = [await openSide(false), await openSide(true)];
});
afterEach(async () => {
  for (const side of sides) await side.close();
});

/** What is stored as its readers see it. */
async function stateOf({ select }: Side): Promise<unknown> {
  return {
    records: await select(
      'SELECT hex(dedupe_key) AS id, email, email_match, phone, full_name, city FROM record_versions FINAL ORDER BY id',
    ),
    loads: await select('SELECT load, count() AS rows FROM record_versions GROUP BY load ORDER BY load'),
    entries: await select(
      'SELECT kind, load, uniqExact(hash, dedupe_key) AS entries FROM record_lookups GROUP BY 1, 2 ORDER BY 1, 2',
    ),
    found: await select(
      `SELECT email FROM record_versions FINAL PREWHERE dedupe_key IN (
         SELECT dedupe_key FROM record_lookups WHERE kind = 'email' AND hash IN (SELECT cityHash64('person7@example.com')))`,
    ),
    rejects: await select('SELECT line, code, raw FROM ingest_rejects FINAL ORDER BY line, code, raw'),
    marked: await select('SELECT count() AS marks FROM erasing_records'),
  };
}

/** Does it on both, and expects the same result and the same state afterwards. */
async function onBoth<T>(act: (side: Side) => Promise<T>): Promise<{ result: T; state: unknown }> {
  const results: T[] = [];
  const states: unknown[] = [];
  for (const side of sides) {
    results.push(await act(side));
    states.push(await stateOf(side));
  }
  expect(results[1]).toEqual(results[0]);
  expect(states[1]).toEqual(states[0]);
  return { result: results[0]!, state: states[0] };
}

const load = (name: string, content: string) => async (side: Side) => {
  const job = side.bench.addJob(name, content, { country: 'US' });
  side.jobs.push(job);
  await side.bench.run(job, { pieces: { erased: createErasedList(side.erasures) } });
  expect(job.state).toBe('succeeded');
  return job.result;
};
const jobOf = ({ jobs }: Side, index: number): FakeJob => jobs[index]!;

test('loads are counted alike, also when they meet, are undone and are moved into the base', async () => {
  const first = await onBoth(load('1.csv', file(0, 200, 'Reno')));
  expect(first.result).toMatchObject({ rows_loaded: 200, rows_rejected: 1, records_new: 200 });
  const second = await onBoth(load('2.csv', file(150, 300, 'Boise')));
  expect(second.result).toMatchObject({ rows_loaded: 150, records_new: 100, records_merged: 50 });
  await onBoth(async (side) => {
    const job = jobOf(side, 0);
    job.seal = 'requested';
    await side.bench.run(job);
    return job.seal;
  });
  const undone = await onBoth(async (side) => {
    const job = jobOf(side, 1);
    job.undo = 'requested';
    await side.bench.run(job);
    return job.undo;
  });
  expect(undone.state).toMatchObject({ loads: [{ load: 0, rows: 200 }] });
  const third = await onBoth(load('3.csv', file(190, 210, 'Provo')));
  expect(third.result).toMatchObject({ records_new: 10, records_merged: 10 });
});

test('a person is hidden, erased, and kept out of later loads', async () => {
  await onBoth(load('1.csv', file(0, 40, 'Reno')));
  await onBoth(load('2.csv', file(0, 20, 'Boise')));
  const { result } = await onBoth(async (side) => {
    const { clickhouse, erasures: control } = side;
    const over = {
      control,
      store: createErasureStore(clickhouse),
      logger: createRecordingLogger(),
      clockMs: Date.now,
    };
    const erasure = control.request({ kind: 'email', value: 'person7@example.com' });
    await createSuppressJob(over)({ erasureId: erasure.id }, signal);
    const hidden = await clickhouse.client.query({
      query: 'SELECT count() AS shown FROM record_versions FINAL',
      clickhouse_settings: {
        ...clickhouse.tables.hidingSettings,
        output_format_json_quote_64bit_integers: 0,
      },
      format: 'JSONEachRow',
    });
    return { counts: erasure.counts, shown: await hidden.json() };
  });
  expect(result).toMatchObject({ counts: { records: 1, record_versions: 2 }, shown: [{ shown: 39 }] });
  const gone = await onBoth(async (side) => {
    const over = {
      control: side.erasures,
      store: createErasureStore(side.clickhouse),
      logger: createRecordingLogger(),
    };
    await createEraseJob({ ...over, clockMs: Date.now })({}, signal);
    return side.erasures.listAfter(0).then(({ hashes }) => hashes.length);
  });
  expect(gone.state).toMatchObject({ found: [], marked: [{ marks: 0 }] });
  const later = await onBoth(load('3.csv', file(5, 10, 'Provo')));
  expect(later.result).toMatchObject({ rows_loaded: 4, rows_rejected: 2, records_new: 0 });
});
