/** Whole jobs over a store and a web server that break, with a loader in memory. */
import { AppError } from '@bigdata/models';
import { Secret } from '@bigdata/platform';
import { type Loader } from '../load/clickhouse-loader';
import { openHttpsClient } from '../source/https-client';
import { type SourceAccess } from '../source/open-source';
import { openS3Client } from '../source/s3-client';
import { createIngestBench, type IngestBench } from '../test-support/ingest-bench';
import { createMemoryLoader } from '../test-support/memory-loader';
import { type ServedFile, serveFile } from '../test-support/serve-file';
import { startTestHttps, type TestHttps } from '../test-support/test-https';
import { startTestS3, type TestS3 } from '../test-support/test-s3';

const ROWS = 20_000;
const CONTENT = Buffer.from(
  `email,name\n${Array.from({ length: ROWS }, (_, row) => `user${row}@example.com,User ${row}\n`).join('')}`,
);
const POLICY = { idleTimeoutMs: 10_000, resumesMax: 3, progressBytes: 65_536, firstPauseMs: 1 };

let store: TestS3;
let server: TestHttps;
let sources: SourceAccess;
let loader: Loader;
let bench: IngestBench;
let close: () => Promise<void>;

beforeAll(async () => {
  store = await startTestS3();
  server = await startTestHttps(['files.example.com']);
  const timeouts = { connectTimeoutMs: 5_000, headTimeoutMs: 5_000 };
  const s3 = openS3Client({
    ...timeouts,
    endpoint: store.endpoint,
    region: store.key.region,
    forcePathStyle: true,
    credentials: { accessKeyId: store.key.id, secretAccessKey: new Secret(store.key.secret) },
    ca: null,
    connectionsMax: 4,
  });
  const https = openHttpsClient({
    ...timeouts,
    allowsHost: () => true,
    allowsAddress: () => true,
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    ca: [server.certificate],
  });
  loader = createMemoryLoader();
  bench = createIngestBench(loader, { batchBytes: 50_000, insertBytes: 100_000 });
  sources = {
    folders: { inbox: bench.folder, fileRoots: [] },
    s3: { client: s3, buckets: ['data'], policy: POLICY },
    https: { client: https, bytesMax: 10_000_000, policy: POLICY },
  };
  close = async () => {
    s3.close();
    await https.close();
  };
});
afterAll(async () => {
  bench.close();
  await close();
  await store.close();
  await server.close();
});

const whole = {
  state: 'succeeded',
  result: { rows_read: ROWS, rows_loaded: ROWS, rows_rejected: 0 },
  ranges: [{ state: 'done', checkpoint: { byte_offset: CONTENT.length } }],
};

async function load(source: string) {
  const job = bench.admin.createJob({ source });
  await bench.run(job, { sources });
  return job;
}

test('an object of S3 is loaded whole over connections that break', async () => {
  store.put('data', 'people.csv', CONTENT);
  store.next.push({ cutAfter: 70_000 }, { cutAfter: 30_000 }, { cutAfter: 90_000 });
  expect(await load('s3://data/people.csv')).toMatchObject(whole);
});

test.each([
  ['ranges', { ranges: true, length: true, etag: '"v1"' }],
  ['a length alone', { ranges: false, length: true, etag: null }],
  ['chunked transfer', { ranges: false, length: false, etag: null }],
])('a file on the web is loaded whole from a server with %s that breaks', async (_kind, kind) => {
  const file: ServedFile = { content: CONTENT, headers: {}, next: [], ...kind };
  file.next.push({ cutAfter: 1_000 }, { cutAfter: 70_000 }, { cutAfter: 200_000 });
  server.serve(serveFile(file));
  expect(await load(`https://files.example.com:${server.port}/people.csv`)).toMatchObject(whole);
});

test('a try that breaks off goes on in the next from its checkpoint, by a range of the object', async () => {
  store.put('data', 'people.csv', CONTENT);
  const job = bench.admin.createJob({ source: 's3://data/people.csv' });
  let inserts = 0;
  const goesAway: Loader = {
    ...loader,
    insertRecords: async (...batch) => {
      inserts += 1;
      if (inserts > 3) throw new AppError('unavailable');
      await loader.insertRecords(...batch);
    },
  };
  await expect(bench.run(job, { sources, loader: goesAway })).rejects.toMatchObject({
    code: 'unavailable',
  });
  const before = job.ranges[0]?.checkpoint?.batch ?? 0;
  expect(before).toBeGreaterThanOrEqual(1);
  await bench.run(job, { sources });
  expect(job).toMatchObject({ ...whole, ranges: [{ ...whole.ranges[0], attempt: 2 }] });
});

test('an object that is replaced between two tries fails the job', async () => {
  store.put('data', 'people.csv', CONTENT);
  const job = await load('s3://data/people.csv');
  Object.assign(job, { state: 'running', result: null });
  Object.assign(job.ranges[0] ?? {}, { state: 'free', checkpoint: job.advances[1] });
  store.put('data', 'people.csv', Buffer.from(CONTENT).fill('x', 20, 22));
  await bench.run(job, { sources });
  expect(job).toMatchObject({ state: 'failed', error: { code: 'source_changed' } });
});
