import { AppError } from '@bigdata/models';
import { createIngestBench, type IngestBench, TEST_LIMITS } from '../test-support/ingest-bench';
import { createMemoryLoader, type MemoryLoader } from '../test-support/memory-loader';

let loader: MemoryLoader;
let bench: IngestBench;

beforeEach(() => {
  loader = createMemoryLoader();
  bench = createIngestBench(loader);
});
afterEach(() => bench.close());

const outcomes = () =>
  bench.logger.lines
    .filter(({ message }) => message === 'ingest piece')
    .map(({ members }) => [members['piece'], members['outcome']]);

test('one run of the handler takes every piece of a job', async () => {
  const job = bench.addJob('a.csv', 'email\na@example.com\nb@example.com\n');
  await bench.run(job);
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_read: 2, rows_loaded: 2 } });
  expect(outcomes()).toEqual([
    ['plan', 'done'],
    ['range', 'done'],
    ['finish', 'done'],
  ]);
});

test('what a file is wrong about fails its job at once, with a code and a sentence', async () => {
  const job = bench.addJob('empty.csv', '');
  await bench.run(job);
  expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'empty_file' } });
});

test('a server that is away ends the try, and the piece is given back', async () => {
  const job = bench.addJob('a.csv', 'email\na@example.com\n');
  const away = { ...loader, insertRecords: () => Promise.reject(new AppError('unavailable')) };
  await expect(bench.run(job, { loader: away })).rejects.toMatchObject({ code: 'unavailable' });
  expect(job.ranges[0]).toMatchObject({ state: 'free', attempt: 1 });
  await bench.run(job);
  expect(job).toMatchObject({ state: 'succeeded', ranges: [{ attempt: 2 }] });
});

test('an error nobody foresaw is tried five times, and then fails the job without its text', async () => {
  const job = bench.addJob('a.csv', 'email\na@example.com\n');
  const broken = { ...loader, insertRecords: () => Promise.reject(new TypeError('row a@example.com')) };
  for (let attempt = 1; attempt < 5; attempt += 1) {
    await expect(bench.run(job, { loader: broken })).rejects.toMatchObject({ code: 'internal' });
  }
  await bench.run(job, { loader: broken });
  expect(job).toMatchObject({ state: 'failed', error: { code: 'internal' } });
  expect(job.error?.detail).not.toContain('example.com');
});

test('a job nobody knows is dropped', async () => {
  const job = bench.addJob('a.csv', 'email\n');
  const control = { ...bench.admin, claim: () => Promise.reject(new AppError('not_found')) };
  await bench.run(job, { control });
  expect(bench.logger.lines.at(-1)).toMatchObject({ level: 'warn', message: 'ingest job is unknown' });
});

test('a job is cut as it was planned, whatever the setting of the worker that goes on', async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `user${row}@example.com\n`).join('');
  const job = bench.addJob('a.csv', `email\n${rows}`);
  const away = { ...loader, insertRecords: () => Promise.reject(new AppError('unavailable')) };
  await expect(bench.run(job, { loader: away })).rejects.toMatchObject({ code: 'unavailable' });
  await bench.run(job, { pieces: { limits: { ...TEST_LIMITS, batchBytes: 200 } } });
  expect(loader.inserts.flat()).toHaveLength(1);
});
