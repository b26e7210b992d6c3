import { AppError } from '@bigdata/models';
import { createIngestBench, type IngestBench, TEST_LIMITS } from '../test-support/ingest-bench';
import { createMemoryLoader, type MemoryLoader } from '../test-support/memory-loader';
import { createRetry } from '../retry';

const ROWS = 200;
const CSV = `email\n${Array.from({ length: ROWS }, (_, row) => `user${row}@example.com\n`).join('')}`;
/** Some ten rows a batch, and two batches an insert. */
const LIMITS = { ...TEST_LIMITS, batchBytes: 200, insertBytes: 400 };

let loader: MemoryLoader;
let bench: IngestBench;

beforeEach(() => {
  loader = createMemoryLoader();
  bench = createIngestBench(loader, LIMITS);
});
afterEach(() => bench.close());

const patient = createRetry({
  windowMs: 10_000,
  firstPauseMs: 1,
  pauseMaxMs: 1,
  clockMs: Date.now,
  onRetry: () => undefined,
});

test('an insert carries several batches, and each ends in a checkpoint', async () => {
  const job = bench.addJob('a.csv', CSV);
  await bench.run(job);
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_read: ROWS, rows_loaded: ROWS } });
  const batches = job.ranges[0]?.checkpoint?.batch ?? 0;
  expect(loader.inserts.flat()).toHaveLength(batches);
  expect(loader.inserts.map((blocks) => blocks.length).slice(0, -1)).toEqual(
    loader.inserts.slice(0, -1).map(() => 2),
  );
});

test('after an outage the range is read again from its checkpoint, and no block comes twice', async () => {
  const undisturbed = createMemoryLoader();
  await bench.run(bench.addJob('whole.csv', CSV, { dataset: 'whole' }), { loader: undisturbed });

  const job = bench.addJob('a.csv', CSV, { dataset: 'whole' });
  let calls = 0;
  const comesAndGoes: MemoryLoader = {
    ...loader,
    async insertRecords({ blocks, columns }, signal) {
      calls += 1;
      if (calls % 3 !== 0) return loader.insertRecords({ blocks, columns }, signal);
      // Away before, in the middle of, and after what is sent.
      for (let sent = 0; sent < calls % 2; sent += 1) await blocks[Symbol.asyncIterator]().next();
      throw new AppError('unavailable');
    },
  };
  await bench.run(job, { loader: comesAndGoes, pieces: { retry: patient } });
  expect(job).toMatchObject({ state: 'succeeded', ranges: [{ attempt: 1 }], result: { rows_loaded: ROWS } });
  expect(calls).toBeGreaterThan(loader.inserts.length);
  const sizes = (of: MemoryLoader) => of.inserts.flat().map((block) => block.length);
  expect(sizes(loader)).toEqual(sizes(undisturbed));
});

test('a file of nothing but rejects makes no insert, and is counted', async () => {
  const job = bench.addJob('a.csv', `email,name\n${',\n'.repeat(50)}`);
  await bench.run(job);
  expect(loader.inserts).toEqual([]);
  expect(loader.rejects).toHaveLength(50);
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_read: 50, rows_rejected: 50 } });
});

test('a file that changes while it is loaded fails the job before the insert takes effect', async () => {
  const job = bench.addJob('a.csv', CSV);
  const changing: MemoryLoader = {
    ...loader,
    async insertRecords({ blocks, columns }, signal) {
      bench.touch('a.csv');
      await loader.insertRecords({ blocks, columns }, signal);
    },
  };
  await bench.run(job, { loader: changing });
  expect(job).toMatchObject({ state: 'failed', error: { code: 'source_changed' } });
  expect(loader.inserts).toEqual([]);
});
