import { type Analysis, ROUTES } from '@bigdata/models';
import { createLogger, NO_TRACING, Secret } from '@bigdata/platform';
import { createQueueWorker, type QueueWorker } from '@bigdata/queue';
import { eventually, testServers } from '@bigdata/testing';
import { flushRedis } from '../../test-support/flush-redis';
import { ADMIN, type CallOptions, GATEWAY, runApp, type RunningApp } from '../../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database';

/** A logical database of its own, whose queue no other test empties. */
const REDIS_URL = `${testServers().redisUrl}/11`;

let database: TestDatabase;
let app: RunningApp;
const workers: QueueWorker[] = [];

beforeAll(async () => {
  await flushRedis(REDIS_URL);
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL, ANALYZE_TIMEOUT_S: '5' });
  await eventually(() => app.app.checks['queue']?.());
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const ANALYSIS: Analysis = {
  source: 'inbox://a.csv',
  format: 'csv',
  compression: 'none',
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  has_header: true,
  json_path: null,
  xml_element: null,
  bytes_total: 12,
  fingerprint: 'a'.repeat(64),
  columns: [{ column: 'a\0', field: null, confidence: 0, reason: 'none', samples: ['x\0y'] }],
  sample: [],
  rejects: [],
};

const analyze = (options: CallOptions<typeof ROUTES.analyzeFile>['body'] = {}) =>
  app.as(ADMIN)(ROUTES.analyzeFile, { body: { source: 'inbox://a.csv', ...(options as object) } });
const claim = async (id: string) =>
  (await app.as(GATEWAY)(ROUTES.claimAnalysis, { params: { id } })).body.request;
const rows = async (): Promise<number> =>
  (await database.db.selectFrom('ingest_analyses').select('id').execute()).length;

/** A worker that hands in this outcome. */
function answerWith(outcome: object, seen: unknown[] = []): void {
  const logger = createLogger({ service: 'test', level: 'error', format: 'json' });
  workers.push(
    createQueueWorker({
      name: 'analyze',
      tracing: NO_TRACING,
      redisUrl: new Secret(REDIS_URL),
      logger,
      handler: async ({ analysisId: id }) => {
        seen.push(await claim(id));
        await app.as(GATEWAY)(ROUTES.finishAnalysis, { params: { id }, body: { outcome } });
        expect(await claim(id)).toBeNull();
      },
    }),
  );
}

test('the request reaches a worker whole, its answer the caller, and nothing stays behind', async () => {
  await app.as(ADMIN)(ROUTES.putDataset, { params: { name: 'keyed' }, body: { key_policy: ['email'] } });
  const seen: unknown[] = [];
  answerWith({ state: 'succeeded', analysis: ANALYSIS }, seen);
  const asked = { dataset: 'keyed', country: 'de', mapping: { Mail: 'email' }, hints: { delimiter: ';' } };
  expect((await analyze(asked)).body).toEqual(ANALYSIS);
  expect(seen).toEqual([{ source: 'inbox://a.csv', ...asked, country: 'DE', key_policy: ['email'] }]);
  expect(await rows()).toBe(0);
});

test('what is wrong with the file is said at its source, with its code', async () => {
  answerWith({ state: 'failed', error: { code: 'binary_file', detail: 'The file is no text.' } });
  const answer = await analyze();
  expect(answer.outcome).toEqual([422, 'invalid_request']);
  expect(answer.problem.errors).toEqual([
    { pointer: '#/source', detail: 'The file is no text.', hint: 'binary_file' },
  ]);
});

test('a source that may not be read is refused without asking a worker', async () => {
  expect((await analyze({ source: 'file:///etc/passwd' })).outcome).toEqual([422, 'invalid_request']);
});

test('without a worker the caller is told to come again', async () => {
  const answer = await analyze();
  expect(answer.outcome).toEqual([503, 'unavailable']);
  expect(answer.headers.get('retry-after')).toBe('10');
  expect(await rows()).toBe(0);
});

test('an analysis that the queue lost is put into it again while someone waits', async () => {
  const answer = analyze();
  await eventually(async () => expect(await rows()).toBe(1));
  await flushRedis(REDIS_URL);
  answerWith({ state: 'succeeded', analysis: ANALYSIS });
  expect((await answer).status).toBe(200);
});

test('a caller that goes away is waited for no longer', async () => {
  const aborting = new AbortController();
  const url = `${app.baseUrl}/v1/admin/ingest/analyze`;
  const asked = fetch(url, {
    method: 'POST',
    headers: { ...app.sign(ADMIN, 'POST', url), 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'inbox://a.csv' }),
    signal: aborting.signal,
  }).catch(() => null);
  await eventually(async () => expect(await rows()).toBe(1));
  aborting.abort();
  await asked;
  await eventually(async () => expect(await rows()).toBe(0), { timeoutMs: 2_000 });
});
