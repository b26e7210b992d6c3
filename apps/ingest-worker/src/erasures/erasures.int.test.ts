/** Erasures over a real ClickHouse, whose files are read afterwards. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ClickHouse, ERASABLE_TABLES } from '@bigdata/clickhouse';
import { AppError, type ErasureSubject } from '@bigdata/models';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { type Loader } from '../load/clickhouse-loader';
import { createRetry } from '../retry';
import { type FakeJob } from '../test-support/fake-admin';
import { createFakeErasures, type FakeErasures } from '../test-support/fake-erasures';
import {
  cleanUpEagerly,
  createIngestBench,
  type IngestBench,
  openTestTables,
} from '../test-support/ingest-bench';
import { createRecordingLogger } from '../test-support/recording-logger';
import { createErasedList } from './erased-list';
import { createEraseJob } from './erase.job';
import { createErasureStore, type ErasureStore } from './erasure-store';
import { createSuppressJob } from './suppress.job';

jest.setTimeout(120_000);

const { signal } = new AbortController();
const patient = createRetry({
  windowMs: 10_000,
  firstPauseMs: 1,
  pauseMaxMs: 1,
  clockMs: Date.now,
  onRetry: () => undefined,
});

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;
let loader: Loader;
let select: <T>(query: string) => Promise<T[]>;
let store: ErasureStore;
let bench: IngestBench;
let erasures: FakeErasures;
const logger = createRecordingLogger();

beforeEach(async () => {
  database = await createClickHouseDatabase();
  ({ clickhouse, loader, select } = await openTestTables(database));
  for (const table of ERASABLE_TABLES.map(({ table: name }) => clickhouse.tables.stored(name))) {
    // Values stand in the files as they are, so that reading the files tells whether they are there.
    await command(`ALTER TABLE ${table} MODIFY SETTING default_compression_codec = 'NONE'`);
    await cleanUpEagerly(clickhouse, table);
  }
  store = createErasureStore(clickhouse);
  bench = createIngestBench(loader);
  erasures = createFakeErasures();
});
afterEach(async () => {
  bench.close();
  await clickhouse.close();
  await database.drop();
});

const command = (query: string) => clickhouse.client.command({ query });

let files = 0;
async function load(csv: string, columns = 'email,phone,full_name,city'): Promise<FakeJob> {
  files += 1;
  const job = bench.addJob(`people${files}.csv`, `${columns}\n${csv}`, { country: 'US' });
  await bench.run(job, { pieces: { erased: createErasedList(erasures), retry: patient } });
  expect(job.state).toBe('succeeded');
  const { rows_read, rows_loaded, rows_rejected } = job.result!;
  expect(rows_loaded + rows_rejected).toBe(rows_read);
  return job;
}

async function suppress(subject: ErasureSubject, over: ErasureStore = store) {
  const erasure = erasures.request(subject);
  const job = createSuppressJob({ control: erasures, store: over, logger, clockMs: Date.now });
  await job({ erasureId: erasure.id }, signal);
  return erasure;
}
const erase = (over: ErasureStore = store, control = erasures) =>
  createEraseJob({ control, store: over, logger, clockMs: Date.now })({}, signal);

/** Names of the database's files, those of replaced parts too, that hold a text. */
async function filesWith(text: string): Promise<string[]> {
  const tables = await select<{ folder: string }>(
    'SELECT arrayJoin(data_paths) AS folder FROM system.tables WHERE database = currentDatabase()',
  );
  return tables.flatMap(({ folder }) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes(text)),
  );
}

const emails = async (): Promise<string[]> =>
  (await select<{ email: string }>('SELECT email FROM record_versions FINAL ORDER BY email')).map(
    ({ email }) => email,
  );
const rejects = (job: FakeJob) =>
  select<{ line: number; code: string; raw: string }>(
    `SELECT line, code, raw FROM ingest_rejects FINAL WHERE job_id = '${job.work.id}' ORDER BY line`,
  );

const JANE = { kind: 'email', value: 'janedoe@gmail.com' } as const;
const PEOPLE = `Jane.Doe@Gmail.com,(415) 555-0132,Jane Canary,Reno
john@example.com,(415) 555-0133,John Roe,Reno
`;

test('a person is in no file any more, in none of the loads and rejects, and all others are', async () => {
  await load(PEOPLE);
  await load('janedoe+shop@googlemail.com,,Jane Canary,Boise\n');
  const broken = await load(
    `z@example.com,,,\n,,,,"J.Doe" <jane.doe@gmail.com>,Canary\n,,,,john@example.com,kept\n`,
  );
  expect((await filesWith('Canary')).length).toBeGreaterThan(0);
  expect((await filesWith('doe@gmail.com')).length).toBeGreaterThan(0);

  const erasure = await suppress(JANE);
  expect(erasure.counts).toEqual({ records: 1, record_versions: 2, rejects: 1 });
  expect((await select('SELECT * FROM erasing_records')).length).toBe(1);
  await erase();

  expect(erasure.deleted).toBe(true);
  for (const text of ['Canary', 'doe@gmail.com', 'Doe@Gmail.com', 'janedoe', '4155550132', '555-0132'])
    expect(await filesWith(text)).toEqual([]);
  expect(await emails()).toEqual(['john@example.com', 'z@example.com']);
  expect(await rejects(broken)).toEqual([
    expect.objectContaining({ line: 3, code: 'erased', raw: '' }) as object,
    expect.objectContaining({ line: 4, code: 'too_many_columns' }) as object,
  ]);
  expect(await select('SELECT * FROM erasing_records')).toEqual([]);
  expect(await select('SELECT * FROM erasing_rejects')).toEqual([]);
  expect(JSON.stringify(logger.lines)).not.toMatch(/jane|415555/i);
});

test('what a value was replaced by does not keep the one that it was', async () => {
  // One record, by its number: the address changes, the spelling of the first may stay behind when the rows are merged.
  await command(
    `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email, m_email, r_email) SELECT 'k', 1, concat(unhex('0000000100000001'), 'jane.doe@gmail.com'), concat(unhex('0000000100000001'), 'janedoe@gmail.com'), concat(unhex('0000000100000001'), 'Jane.Doe@Gmail.com')`,
  );
  await command(
    `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email) SELECT 'k', 1, concat(unhex('0000000200000001'), 'other@example.com')`,
  );
  await command(`OPTIMIZE TABLE ${clickhouse.tables.stored('record_versions')} FINAL`);
  expect(await emails()).toEqual(['other@example.com']);
  expect((await filesWith('Jane.Doe@')).length).toBeGreaterThan(0);
  const { counts } = await suppress(JANE);
  expect(counts?.records).toBe(1);
  await erase();
  expect(await filesWith('Jane.Doe@')).toEqual([]);
});

test('a reject that was only marked as deleted is gone from the files too', async () => {
  const job = await load(`,,,,jane.doe@gmail.com,Canary\n`);
  await loader.dropRejects(job.work.id, signal);
  expect(await rejects(job)).toEqual([]);
  expect((await filesWith('Canary')).length).toBeGreaterThan(0);
  await suppress(JANE);
  await erase();
  expect(await filesWith('Canary')).toEqual([]);
});

test('a number and a record id lead to records as well, and the record stays out whatever it is known by', async () => {
  await load(PEOPLE);
  await suppress({ kind: 'phone', value: '+14155550133' });
  const [jane] = await select<{ id: string }>(
    "SELECT lower(hex(dedupe_key)) AS id FROM record_versions WHERE email = 'jane.doe@gmail.com'",
  );
  await suppress({ kind: 'record_id', value: jane!.id });
  await erase();
  expect(await emails()).toEqual([]);

  // John's address makes the key of the record that was found by his number; Jane's makes the key that was named.
  const again = await load(
    `john@example.com,,John Roe,Reno\njanedoe@gmail.com,,Jane,\nnew@example.com,,New,\n`,
  );
  expect(again.result).toMatchObject({ rows_read: 3, rows_loaded: 1, rows_rejected: 2, records_new: 1 });
  expect(await emails()).toEqual(['new@example.com']);
});

test('a later load neither stores an erased person nor loses a row of it silently', async () => {
  await suppress(JANE);
  await suppress({ kind: 'phone', value: '+14155550199' });
  const job = await load(
    `j.a.n.e.doe@gmail.com,,Canary One,x
a@example.com,415-555-0199,Canary Two,x
b@example.com,415-555-0133,Kept,x
,,,,JaneDoe@gmail.com,Canary
,,,,c@example.com,kept
`,
  );
  expect(job.result).toMatchObject({ rows_read: 5, rows_loaded: 1, rows_rejected: 4 });
  expect(job.result?.warnings).toMatchObject({ row: { erased: 3 } });
  expect((await rejects(job)).map(({ line, code, raw }) => [line, code, raw])).toEqual([
    [2, 'erased', ''],
    [3, 'erased', ''],
    [5, 'erased', ''],
    [6, 'too_many_columns', ',,,,c@example.com,kept'],
  ]);
  expect(await filesWith('Canary')).toEqual([]);
  expect(await emails()).toEqual(['b@example.com']);
});

test('erased rows are no fault of the file', async () => {
  await suppress(JANE);
  const job = bench.addJob('mine.csv', 'email\njanedoe@gmail.com\n', { max_reject_ratio: 0 });
  await bench.run(job, { pieces: { erased: createErasedList(erasures), retry: patient } });
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_read: 1, rows_rejected: 1 } });
});

test('an insert whose rows were read before someone was erased is broken off and read again', async () => {
  let calls = 0;
  const list = createErasedList(erasures);
  const job = bench.addJob('people.csv', `email\njanedoe@gmail.com\njohn@example.com\n`);
  await bench.run(job, {
    pieces: {
      retry: patient,
      erased: {
        current() {
          calls += 1;
          // The rows are on their way to ClickHouse, and the insert is about to end.
          if (calls === 2) erasures.request(JANE);
          return list.current();
        },
      },
    },
  });
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_loaded: 1, rows_rejected: 1 } });
  expect(calls).toBe(4);
  expect(await emails()).toEqual(['john@example.com']);
});

test('an insert that runs already is waited for', async () => {
  const slow = clickhouse.client.command({
    query: `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email)
SELECT toString(number), 1, concat(unhex('0000000100000001'), 'janedoe@gmail.com') FROM numbers(3) WHERE sleepEachRow(0.5) = 0`,
    clickhouse_settings: { max_block_size: '1' },
  });
  // It has begun once the server lists it.
  for (let running = 0; running === 0;) {
    const [row] = await select<{ n: number }>(
      "SELECT count() AS n FROM system.processes WHERE startsWith(query, 'INSERT INTO record_versions')",
    );
    running = row?.n ?? 0;
  }
  const { counts } = await suppress(JANE);
  await slow;
  expect(counts).toMatchObject({ records: 3 });
});

test('rows that are inserted while parts are rewritten are found by looking again', async () => {
  await load(PEOPLE);
  await suppress(JANE);
  let rewrites = 0;
  await erase({
    ...store,
    async deleteMarked(until) {
      await store.deleteMarked(until);
      rewrites += 1;
      // As the move of a load into the base does, which had read the rows before.
      if (rewrites === 1) {
        await command(
          `INSERT INTO ${clickhouse.tables.writes('record_versions')} (dedupe_key, load, v_email) SELECT 'other', 0, concat(unhex('0000000100000001'), 'janedoe@gmail.com')`,
        );
      }
    },
  });
  expect(rewrites).toBe(2);
  expect(await filesWith('janedoe')).toEqual([]);
});

test('after a crash at any step it goes on to the same end', async () => {
  const steps = ['deleteMarked', 'waitForInserts', 'mark', 'countLeft', 'waitForOldParts', 'unmark'] as const;
  await load(PEOPLE);
  const erasure = await suppress(JANE);
  for (const step of steps) {
    for (const when of ['before', 'after']) {
      const crashing: ErasureStore = {
        ...store,
        [step]: async (...args: never[]) => {
          if (when === 'after') await (store[step] as (...given: never[]) => Promise<unknown>)(...args);
          throw new AppError('unavailable');
        },
      };
      await expect(erase(crashing)).rejects.toThrow(AppError);
      expect(erasure.deleted).toBe(false);
    }
  }
  await erase();
  expect(erasure.deleted).toBe(true);
  expect(await filesWith('Canary')).toEqual([]);
  expect(await emails()).toEqual(['john@example.com']);
  expect(await select('SELECT * FROM erasing_records')).toEqual([]);
});

test('one whom nobody knows is kept out all the same, and deleting finds nothing to do', async () => {
  await load('john@example.com,,John,\n');
  const erasure = await suppress(JANE);
  expect(erasure.counts).toEqual({ records: 0, record_versions: 0, rejects: 0 });
  await erase();
  expect(erasure.deleted).toBe(true);
  expect((await load('janedoe@gmail.com,,Jane,\n')).result).toMatchObject({
    rows_loaded: 0,
    rows_rejected: 1,
  });
});
