import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { AppError } from '@bigdata/models';
import { createIngestBench, type IngestBench } from '../test-support/ingest-bench';
import { createMemoryLoader, type MemoryLoader } from '../test-support/memory-loader';

let loader: MemoryLoader;
let bench: IngestBench;

beforeEach(() => {
  loader = createMemoryLoader();
  bench = createIngestBench(loader, {
    bytesMax: 100,
    rejectRatioMax: 0.5,
    rejectRatioRowsMin: 4,
    columnsMax: 5,
  });
});
afterEach(() => bench.close());

const rows = (count: number): string =>
  Array.from({ length: count }, (_, row) => `user${row}@example.com,User ${row}\n`).join('');

describe('a bad file is a failed job with a code and a sentence', () => {
  test.each([
    ['empty_file', ''],
    ['empty_file', '\ufeff\n\r\n'],
    ['unsupported_format', gzipSync('email\na@example.com\n')],
    ['unsupported_encoding', Buffer.from('\ufeffemail\n', 'utf16le')],
    ['binary_file', 'email\0\n'],
    ['invalid_header', '"email"x,name\na,b\n'],
    ['no_mappable_columns', '36,AEROCARIBBEAN,-0-\n173,ANGLO,-0-\n'],
    ['too_many_columns', 'email,a,b,c,d,e\n'],
    ['too_many_rejects', `email\n${'a,b\n'.repeat(50)}`],
  ])('%s', async (code, content) => {
    const job = bench.addJob('bad.csv', content);
    await bench.run(job.id);
    expect(job).toMatchObject({ state: 'failed', result: null, error: { code } });
    expect(job.error?.detail).toMatch(/^[A-Z0-9].{20,}\.$/);
  });

  test('source_not_found, and no other file than an uploaded one', async () => {
    writeFileSync(path.join(bench.folder, '..', 'outside.csv'), 'email\n');
    mkdirSync(path.join(bench.folder, 'folder'));
    for (const [source, code] of [
      ['inbox://absent.csv', 'source_not_found'],
      ['inbox://../outside.csv', 'source_not_allowed'],
      ['inbox://folder', 'source_unreadable'],
      ['file:///etc/passwd', 'source_not_allowed'],
      ['ftp://x', 'source_not_allowed'],
    ] as const) {
      const job = bench.admin.createJob({ source });
      await bench.run(job.id);
      expect({ source, error: job.error?.code }).toEqual({ source, error: code });
    }
    rmSync(path.join(bench.folder, '..', 'outside.csv'));
  });

  test('source_changed, when the file grows between two batches', async () => {
    const job = bench.addJob('grows.csv', `email,name\n${rows(20)}`);
    const growing = {
      ...loader,
      insertRecords: async (...values: Parameters<MemoryLoader['insertRecords']>) => {
        await loader.insertRecords(...values);
        appendFileSync(path.join(bench.folder, 'grows.csv'), 'late@example.com,Late\n');
      },
    };
    await bench.run(job.id, { loader: growing });
    expect(job.error?.code).toBe('source_changed');
    expect(job.checkpoint?.batch).toBe(1);
  });

  test('source_changed, when it was replaced by one of the same size before the job went on', async () => {
    const job = bench.addJob('swapped.csv', `email,name\n${rows(20)}`);
    const failing = { ...loader, countNewRecords: () => Promise.reject(new AppError('unavailable')) };
    await expect(bench.run(job.id, { loader: failing })).rejects.toMatchObject({ code: 'unavailable' });
    expect(job.state).toBe('running');
    rmSync(path.join(bench.folder, 'swapped.csv'));
    writeFileSync(
      path.join(bench.folder, 'swapped.csv'),
      `email,name\n${rows(20).replaceAll('User', 'Resu')}`,
    );
    await bench.run(job.id);
    expect(job.error?.code).toBe('source_changed');
  });
});

test('a file of nothing but a header succeeds with no rows', async () => {
  const job = bench.addJob('header.csv', 'email,name');
  await bench.run(job.id);
  expect(job).toMatchObject({ state: 'succeeded', format: 'csv', result: { rows_read: 0, rows_loaded: 0 } });
});

test('too few rejects for the ratio to apply do not fail the job', async () => {
  const job = bench.addJob('few.csv', 'email\na,b\nc,d\nok@example.com\n');
  await bench.run(job.id);
  expect(job).toMatchObject({ state: 'succeeded', result: { rows_read: 3, rows_rejected: 2 } });
});

test('each batch is inserted before its checkpoint, under a token of its place in the source', async () => {
  const job = bench.addJob('order.csv', `email,name\n${rows(10)}a,b,c\n`);
  const events: string[] = [];
  await bench.run(job.id, {
    loader: {
      ...loader,
      insertRecords: (_rows, token) => Promise.resolve(void events.push(token)),
      insertRejects: (_job, _rejects, _at, token) => Promise.resolve(void events.push(token)),
    },
    control: {
      ...bench.admin,
      advance: async (...values) => {
        events.push(`checkpoint ${values[3].byte_offset}`);
        await bench.admin.advance(...values);
      },
    },
  });
  expect(events).toEqual([
    'checkpoint 11',
    `${job.id}:11-111:records`,
    'checkpoint 111',
    `${job.id}:111-211:records`,
    'checkpoint 211',
    `${job.id}:211-267:records`,
    `${job.id}:211-267:rejects`,
    'checkpoint 267',
  ]);
});

test('a job that has ended, or that nobody knows, is acknowledged and left alone', async () => {
  const job = bench.addJob('ended.csv', 'email\na@example.com\n', { state: 'failed' });
  await bench.run(job.id);
  await bench.run('00000000-0000-4000-8000-000000000000');
  expect(loader.tokens).toEqual([]);
});

test('an outage leaves the job to the queue; a bug does too, until it has been seen often enough', async () => {
  const job = bench.addJob('bug.csv', 'email\na@example.com\n');
  const outage = { ...loader, insertRecords: () => Promise.reject(new AppError('unavailable')) };
  await expect(bench.run(job.id, { loader: outage })).rejects.toMatchObject({ code: 'unavailable' });
  const bug = { ...loader, insertRecords: () => Promise.reject(new TypeError('x is undefined')) };
  for (let attempt = 2; attempt < 5; attempt += 1) {
    await expect(bench.run(job.id, { loader: bug })).rejects.toMatchObject({ code: 'internal' });
    expect(job.state).toBe('running');
  }
  await bench.run(job.id, { loader: bug });
  expect(job).toMatchObject({ state: 'failed', error: { code: 'internal' } });
});

test('a stopping worker gives the job back between two chunks', async () => {
  const job = bench.addJob('stop.csv', `email,name\n${rows(20)}`);
  const stop = new AbortController();
  const stopping = {
    ...loader,
    insertRecords: async (...values: Parameters<MemoryLoader['insertRecords']>) => {
      await loader.insertRecords(...values);
      stop.abort(new AppError('unavailable', { detail: 'The worker is stopping.' }));
    },
  };
  await expect(bench.run(job.id, { loader: stopping }, stop.signal)).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(job.state).toBe('running');
});

test('one line is logged for a run, and nothing of the rows', async () => {
  const job = bench.addJob('private.csv', `email,name\n${rows(3)}"Secretname,x\nsecret@example.com,b,c\n`);
  await bench.run(job.id);
  const bad = bench.addJob('noheader.csv', 'Secretname,x\n');
  await bench.run(bad.id);
  expect(bad.error?.detail).toContain('Secretname');
  expect(bench.logger.lines).toHaveLength(2);
  expect(bench.logger.lines[0]).toMatchObject({
    message: 'ingest job',
    members: { job_id: job.id, attempt: 1, outcome: 'succeeded', rows_read: 5, rows_rejected: 2, batches: 1 },
  });
  expect(JSON.stringify(bench.logger.lines)).not.toMatch(/secret|example\.com/i);
});
