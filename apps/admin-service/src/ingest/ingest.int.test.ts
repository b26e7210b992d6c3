import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { type Checkpoint, ROUTES } from '@bigdata/models';
import { createLogger, Secret } from '@bigdata/platform';
import { createQueueWorker, type QueueWorker } from '@bigdata/queue';
import { eventually, openSeverableLink, testServers } from '@bigdata/testing';
import { sql } from 'kysely';
import { flushRedis } from '../test-support/flush-redis';
import { ADMIN, type Calls, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createInbox } from './inbox';

/** A logical database of its own, since a test flushes it. */
const REDIS_URL = `${testServers().redisUrl}/9`;

let database: TestDatabase;
let app: RunningApp;
let admin: Calls;

beforeAll(async () => {
  await flushRedis(REDIS_URL);
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL, JOB_HEARTBEAT_TTL_S: '1' });
  admin = app.as(ADMIN);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const upload = (name: string, body: string | Buffer) => admin(ROUTES.uploadFile, { params: { name }, body });
const createJob = (source: string, more: object = {}) =>
  admin(ROUTES.createJob, { body: { source, ...more } });
const newJob = async (source: string): Promise<string> => (await createJob(source)).body.id;
const readJob = async (id: string) => (await admin(ROUTES.readJob, { params: { id } })).body;
const claim = async (id: string, worker_id = 'w1') =>
  (await app.as(GATEWAY)(ROUTES.claimJob, { params: { id }, body: { worker_id } })).body.job;
const advance = (id: string, attempt: number, done: number) =>
  app.as(GATEWAY)(ROUTES.advanceJob, {
    params: { id },
    body: { attempt, format: 'csv', checkpoint: checkpoint(done) },
  });
const finish = (id: string, attempt: number, outcome: object = SUCCESS) =>
  app.as(GATEWAY)(ROUTES.finishJob, { params: { id }, body: { attempt, outcome } });
const inboxFiles = (): Promise<string[]> => readdir(app.inboxDir);

const checkpoint = (done: number): Checkpoint => ({
  batch: done,
  byte_offset: done * 100,
  line: done + 1,
  bytes_total: 1_000,
  rows_read: done * 10,
  rows_loaded: done * 9,
  rows_rejected: done,
  warnings: { email: { invalid_email: done } },
});
const RESULT = {
  rows_read: 100,
  rows_loaded: 90,
  rows_rejected: 10,
  records_new: 80,
  records_merged: 10,
  warnings: {},
};

const SUCCESS = { state: 'succeeded', result: RESULT };

describe('uploads', () => {
  test('a file arrives whole, with its size and hash, and replaces the one before', async () => {
    const content = Buffer.alloc(3_000_000, 'row\n');
    expect((await upload('people 1.csv', content)).body).toEqual({
      name: 'people 1.csv',
      source: 'inbox://people 1.csv',
      bytes: 3_000_000,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(content.equals(await readFile(path.join(app.inboxDir, 'people 1.csv')))).toBe(true);
    await upload('people 1.csv', 'second');
    expect(await readFile(path.join(app.inboxDir, 'people 1.csv'), 'utf8')).toBe('second');
  });

  test('many uploads to one name at once leave exactly one of them, never a mixture', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => String(index).repeat(400_000));
    const answers = await Promise.all(contents.map((content) => upload('same.csv', content)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(contents).toContain(await readFile(path.join(app.inboxDir, 'same.csv'), 'utf8'));
    expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each([
    ['with a length that is not reached', { 'content-length': '1000000' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('an upload %s that breaks off leaves nothing', async (_how, headers) => {
    const url = new URL(`${app.baseUrl}/v1/admin/ingest/files/broken.csv`);
    const sending = request(url, { method: 'PUT', headers: { ...app.sign(ADMIN), ...headers } });
    sending.on('error', () => undefined);
    sending.write('x'.repeat(70_000));
    await eventually(async () =>
      expect((await inboxFiles()).some((name) => name.startsWith('.upload-'))).toBe(true),
    );
    sending.destroy();
    await eventually(async () =>
      expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual([]),
    );
    expect(await inboxFiles()).not.toContain('broken.csv');
  });

  test.each(['..%2Fx.csv', '.hidden', '.upload-x', 'a%2Fb.csv', 'a%00b'])(
    'the name %s is refused',
    async (name) => {
      const response = await fetch(`${app.baseUrl}/v1/admin/ingest/files/${name}`, {
        method: 'PUT',
        headers: app.sign(ADMIN),
        body: 'x',
      });
      expect(response.status).toBe(422);
    },
  );

  test('a file that a job waits for or loads cannot be replaced until the job has ended', async () => {
    await upload('in-use.csv', 'one');
    const job = await newJob('inbox://in-use.csv');
    expect((await upload('in-use.csv', 'two')).outcome).toEqual([409, 'conflict']);
    expect(await readFile(path.join(app.inboxDir, 'in-use.csv'), 'utf8')).toBe('one');
    await claim(job);
    expect((await upload('in-use.csv', 'two')).status).toBe(409);
    await finish(job, 1);
    expect((await upload('in-use.csv', 'two')).status).toBe(201);
  });

  test('what dead uploads left is removed, what runs is not', async () => {
    const [old, young] = ['.upload-old', '.upload-young'].map((name) => path.join(app.inboxDir, name));
    await Promise.all([writeFile(old!, 'x'), writeFile(young!, 'x')]);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old!, longAgo, longAgo);
    await createInbox(app.inboxDir).clean(Date.now());
    expect((await inboxFiles()).filter((name) => name.startsWith('.'))).toEqual(['.upload-young']);
    await utimes(young!, longAgo, longAgo);
    await createInbox(app.inboxDir).clean(Date.now());
  });
});

describe('a job', () => {
  test('goes from queued over running to succeeded, with its progress', async () => {
    const source = 'inbox://job.csv';
    const created = await createJob(source, { dataset: 'people', country: 'us', mapping: { Mail: 'email' } });
    expect(created.body).toMatchObject({ state: 'queued', source, country: 'US', format: null });
    expect(created.body.progress).toMatchObject({ bytes_read: 0, rows_per_s: 0, eta_s: null });

    const { id } = created.body;
    const claimed = await claim(id);
    const asked = { id, attempt: 1, dataset: 'people', mapping: { Mail: 'email' }, checkpoint: null };
    expect(claimed).toMatchObject(asked);
    expect((await advance(id, 1, 5)).body).toEqual({ ok: true });
    expect(await readJob(id)).toMatchObject({
      state: 'running',
      format: 'csv',
      progress: { bytes_read: 500, bytes_total: 1_000, rows_read: 50, rows_loaded: 45, rows_rejected: 5 },
      result: null,
      started_at: claimed?.started_at,
    });

    expect((await finish(id, 1)).status).toBe(200);
    expect((await finish(id, 1)).status).toBe(200);
    const ended = await readJob(id);
    expect(ended).toMatchObject({ ...SUCCESS, error: null, progress: { eta_s: null } });
    expect(ended.finished_at).not.toBeNull();
    expect(await claim(id, 'w2')).toBeNull();
  });

  test('can fail with a reason, even when its file was never there', async () => {
    const id = await newJob('inbox://missing.csv');
    await claim(id);
    const error = { code: 'file_missing', detail: 'There is no such file.' };
    await finish(id, 1, { state: 'failed', error });
    expect(await readJob(id)).toMatchObject({ state: 'failed', error, result: null });
  });

  test('that another worker took over refuses the first one, and goes on from the checkpoint', async () => {
    const id = await newJob('inbox://fenced.csv');
    const first = await claim(id, 'w1');
    await advance(id, 1, 2);
    const second = await claim(id, 'w2');
    expect(second).toMatchObject({ attempt: 2, checkpoint: checkpoint(2), started_at: first?.started_at });
    expect((await advance(id, 1, 9)).outcome).toEqual([409, 'conflict']);
    expect((await finish(id, 1)).outcome).toEqual([409, 'conflict']);
    expect((await readJob(id)).progress.rows_read).toBe(20);
    await finish(id, 2);
    const failure = { state: 'failed', error: { code: 'x', detail: 'x' } };
    expect((await finish(id, 2, failure)).outcome).toEqual([409, 'conflict']);
    expect((await advance(id, 2, 9)).outcome).toEqual([409, 'conflict']);
  });

  test('that twenty workers claim at once has one of them left who may write', async () => {
    const id = await newJob('inbox://contested.csv');
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(id, `w${index}`)));
    const attempts = claims.map((job) => job?.attempt ?? 0).sort((a, b) => a - b);
    expect(attempts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const writes = await Promise.all(attempts.map((attempt) => advance(id, attempt, 1)));
    expect(writes.map(({ status }) => status)).toEqual([...Array<number>(19).fill(409), 200]);
    await finish(id, 20);
  });

  test('that does not exist answers 404', async () => {
    const id = randomUUID();
    const body = { worker_id: 'w1' };
    const answers = [
      await admin(ROUTES.readJob, { params: { id } }),
      await app.as(GATEWAY)(ROUTES.claimJob, { params: { id }, body }),
      await advance(id, 1, 1),
      await finish(id, 1),
    ];
    for (const { outcome } of answers) expect(outcome).toEqual([404, 'not_found']);
  });

  test.each(['file:///etc/passwd', 'inbox://../x'])(
    'of the source %s is refused at its place',
    async (source) => {
      const refused = await createJob(source);
      expect(refused.outcome).toEqual([422, 'invalid_request']);
      expect(refused.problem.errors).toMatchObject([{ pointer: '#/source' }]);
    },
  );

  test('shows in the list, newest first, by state', async () => {
    const [first, second] = [await newJob('inbox://list-1.csv'), await newJob('inbox://list-2.csv')];
    await claim(first);
    const newest = async (query: Record<string, string | number>) =>
      (await admin(ROUTES.listJobs, { query })).body.data.map(({ id }) => id);
    expect(await newest({ limit: 2 })).toEqual([second, first]);
    expect(await newest({ limit: 1, state: 'running' })).toEqual([first]);
    expect(await newest({ limit: 1, state: 'queued' })).toEqual([second]);
  });
});

describe('the queue', () => {
  const logger = createLogger({ service: 'test', level: 'error', format: 'json' });
  const workers: QueueWorker[] = [];
  /** Takes every job that the queue hands out, and ends it. */
  const consume = (redisUrl = REDIS_URL): Set<string> => {
    const seen = new Set<string>();
    const handler = ({ jobId }: { jobId: string }) => Promise.resolve(void seen.add(jobId));
    workers.push(createQueueWorker({ name: 'ingest', redisUrl: new Secret(redisUrl), logger, handler }));
    return seen;
  };
  beforeEach(async () => {
    // Jobs of other tests are not these tests' business.
    await database.db
      .updateTable('ingest_jobs')
      .set({ state: 'cancelled' })
      .where('state', 'in', ['queued', 'running'])
      .execute();
    await flushRedis(REDIS_URL);
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close();
  });

  test('hears of a job at once', async () => {
    const seen = consume();
    const id = await newJob('inbox://queued.csv');
    await eventually(() => expect(seen).toContain(id), { timeoutMs: 2_000 });
  });

  test('that lost everything gets back the jobs that wait and those that run without a sign of life', async () => {
    const [waiting, abandoned] = [await newJob('inbox://waiting.csv'), await newJob('inbox://abandoned.csv')];
    const [alive, ended] = [await newJob('inbox://alive.csv'), await newJob('inbox://ended.csv')];
    for (const id of [abandoned, alive, ended]) await claim(id);
    await finish(ended, 1);
    const later = sql<Date>`now() + interval '1 hour'`;
    await database.db
      .updateTable('ingest_jobs')
      .set({ heartbeat_at: later })
      .where('id', '=', alive)
      .execute();
    await flushRedis(REDIS_URL);
    const seen = consume();
    await eventually(() => expect([...seen].sort()).toEqual([waiting, abandoned].sort()), {
      timeoutMs: 15_000,
    });

    // A job that only a later comparison can hand out: by then the others would have come too.
    await workers[0]?.close();
    const next = await newJob('inbox://next.csv');
    await flushRedis(REDIS_URL);
    const seenLater = consume();
    await eventually(() => expect(seenLater).toContain(next), { timeoutMs: 15_000 });
    for (const id of [alive, ended]) expect([...seen, ...seenLater]).not.toContain(id);
  }, 40_000);

  test('that is away when a job is made still answers 202, and gets the job once it is back', async () => {
    // Where the first instance, whose queue is well, puts nothing.
    const redisUrl = `${testServers().redisUrl}/10`;
    await flushRedis(redisUrl);
    const link = await openSeverableLink(redisUrl);
    const other = await runApp({ DATABASE_URL: database.url, REDIS_URL: link.url });
    try {
      await eventually(() => other.app.checks['queue']?.());
      await link.sever();
      const created = await other.as(ADMIN)(ROUTES.createJob, { body: { source: 'inbox://away.csv' } });
      expect(created.status).toBe(202);
      await link.mend();
      const seen = consume(redisUrl);
      await eventually(() => expect(seen).toContain(created.body.id), { timeoutMs: 15_000 });
    } finally {
      await other.stop();
      await link.close();
    }
  }, 30_000);
});
