import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { type Checkpoint } from '@bigdata/models';
import { createLogger, Secret } from '@bigdata/platform';
import { createQueueWorker, type QueueWorker } from '@bigdata/queue';
import { eventually, openSeverableLink, testServers } from '@bigdata/testing';
import { sql } from 'kysely';
import { flushRedis } from '../test-support/flush-redis';
import { ADMIN, type Answer, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createInbox } from './inbox';

/** A logical database of its own, since a test flushes it. */
const REDIS_URL = `${testServers().redisUrl}/9`;

let database: TestDatabase;
let app: RunningApp;

beforeAll(async () => {
  await flushRedis(REDIS_URL);
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL, JOB_HEARTBEAT_TTL_S: '1' });
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const upload = async (name: string, body: string | Buffer): Promise<Answer> => {
  const response = await fetch(`${app.baseUrl}/v1/admin/ingest/files/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: app.sign(ADMIN),
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const createJob = (source: string, more: object = {}): Promise<Answer> =>
  app.call('POST', '/v1/admin/ingest/jobs', { as: ADMIN, body: { source, ...more } });
const worker = (id: string, step: string, body: object): Promise<Answer> =>
  app.call('POST', `/internal/ingest/jobs/${id}/${step}`, { as: GATEWAY, body });
const readJob = async (id: string): Promise<Answer['body']> =>
  (await app.call('GET', `/v1/admin/ingest/jobs/${id}`, { as: ADMIN })).body;
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

describe('uploads', () => {
  test('a file arrives whole, with its size and hash, and replaces the one before', async () => {
    const content = Buffer.alloc(3_000_000, 'row\n');
    const { status, body } = await upload('people 1.csv', content);
    expect(status).toBe(201);
    expect(body).toEqual({
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
    const { body: job } = await createJob('inbox://in-use.csv');
    const refused = await upload('in-use.csv', 'two');
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(await readFile(path.join(app.inboxDir, 'in-use.csv'), 'utf8')).toBe('one');
    await worker(job.id, 'claim', { worker_id: 'w1' });
    expect((await upload('in-use.csv', 'two')).status).toBe(409);
    await worker(job.id, 'finish', { attempt: 1, outcome: { state: 'succeeded', result: RESULT } });
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
    const created = await createJob('inbox://job.csv', {
      dataset: 'people',
      country: 'us',
      mapping: { Mail: 'email' },
    });
    expect(created.status).toBe(202);
    const { id } = created.body;
    expect(created.body).toMatchObject({
      state: 'queued',
      source: 'inbox://job.csv',
      country: 'US',
      format: null,
    });
    expect(created.body.progress).toMatchObject({ bytes_read: 0, rows_per_s: 0, eta_s: null });

    const claimed = await worker(id, 'claim', { worker_id: 'w1' });
    expect(claimed.body.job).toMatchObject({
      id,
      attempt: 1,
      dataset: 'people',
      mapping: { Mail: 'email' },
      checkpoint: null,
    });
    expect(
      (await worker(id, 'advance', { attempt: 1, format: 'csv', checkpoint: checkpoint(5) })).body,
    ).toEqual({
      ok: true,
    });
    expect(await readJob(id)).toMatchObject({
      state: 'running',
      format: 'csv',
      progress: { bytes_read: 500, bytes_total: 1_000, rows_read: 50, rows_loaded: 45, rows_rejected: 5 },
      result: null,
      started_at: claimed.body.job.started_at,
    });
    const outcome = { state: 'succeeded', result: RESULT };
    expect((await worker(id, 'finish', { attempt: 1, outcome })).status).toBe(200);
    expect((await worker(id, 'finish', { attempt: 1, outcome })).status).toBe(200);
    const ended = await readJob(id);
    expect(ended).toMatchObject({
      state: 'succeeded',
      result: RESULT,
      error: null,
      progress: { eta_s: null },
    });
    expect(ended.finished_at).not.toBeNull();
    expect((await worker(id, 'claim', { worker_id: 'w2' })).body).toEqual({ job: null });
  });

  test('can fail with a reason, even when its file was never there', async () => {
    const { body, status } = await createJob('inbox://missing.csv');
    expect(status).toBe(202);
    await worker(body.id, 'claim', { worker_id: 'w1' });
    const error = { code: 'file_missing', detail: 'There is no such file.' };
    await worker(body.id, 'finish', { attempt: 1, outcome: { state: 'failed', error } });
    expect(await readJob(body.id)).toMatchObject({ state: 'failed', error, result: null });
  });

  test('that another worker took over refuses everything of the first one, and goes on from the checkpoint', async () => {
    const { body } = await createJob('inbox://fenced.csv');
    const first = await worker(body.id, 'claim', { worker_id: 'w1' });
    await worker(body.id, 'advance', { attempt: 1, format: 'csv', checkpoint: checkpoint(2) });
    const second = await worker(body.id, 'claim', { worker_id: 'w2' });
    expect(second.body.job).toMatchObject({ attempt: 2, checkpoint: checkpoint(2) });
    expect(second.body.job.started_at).toBe(first.body.job.started_at);
    const late = [
      await worker(body.id, 'advance', { attempt: 1, format: 'csv', checkpoint: checkpoint(9) }),
      await worker(body.id, 'finish', { attempt: 1, outcome: { state: 'succeeded', result: RESULT } }),
    ];
    expect(late.map(({ status }) => status)).toEqual([409, 409]);
    expect((await readJob(body.id)).progress.rows_read).toBe(20);
    await worker(body.id, 'finish', { attempt: 2, outcome: { state: 'succeeded', result: RESULT } });
    const other = { state: 'failed', error: { code: 'x', detail: 'x' } };
    expect((await worker(body.id, 'finish', { attempt: 2, outcome: other })).status).toBe(409);
    expect(
      (await worker(body.id, 'advance', { attempt: 2, format: 'csv', checkpoint: checkpoint(9) })).status,
    ).toBe(409);
  });

  test('that twenty workers claim at once goes to each with a number of its own, and only the last may write', async () => {
    const { body } = await createJob('inbox://contested.csv');
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => worker(body.id, 'claim', { worker_id: `w${index}` })),
    );
    const attempts = claims.map((claim) => claim.body.job.attempt as number).sort((a, b) => a - b);
    expect(attempts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const writes = await Promise.all(
      attempts.map((attempt) =>
        worker(body.id, 'advance', { attempt, format: 'csv', checkpoint: checkpoint(1) }),
      ),
    );
    expect(writes.filter(({ status }) => status === 200)).toHaveLength(1);
    await worker(body.id, 'finish', { attempt: 20, outcome: { state: 'succeeded', result: RESULT } });
  });

  test('that does not exist answers 404', async () => {
    const id = randomUUID();
    const answers = [
      await app.call('GET', `/v1/admin/ingest/jobs/${id}`, { as: ADMIN }),
      await worker(id, 'claim', { worker_id: 'w1' }),
      await worker(id, 'advance', { attempt: 1, format: 'csv', checkpoint: checkpoint(1) }),
      await worker(id, 'finish', { attempt: 1, outcome: { state: 'succeeded', result: RESULT } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test.each(['file:///etc/passwd', 'inbox://../x'])(
    'of the source %s is refused at its place',
    async (source) => {
      const { status, body } = await createJob(source);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer: '#/source' }]);
    },
  );

  test('shows in the list, newest first, by state', async () => {
    const [first, second] = [await createJob('inbox://list-1.csv'), await createJob('inbox://list-2.csv')];
    const { body } = await app.call('GET', '/v1/admin/ingest/jobs?limit=2&state=queued', { as: ADMIN });
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([second.body.id, first.body.id]);
    expect(body.page.has_more).toBe(body.page.next_cursor !== null);
    await database.db
      .updateTable('ingest_jobs')
      .set({ state: 'cancelled' })
      .where('id', 'in', [first.body.id as string, second.body.id as string])
      .execute();
  });
});

describe('the queue', () => {
  const logger = createLogger({ service: 'test', level: 'error', format: 'json' });
  let open: QueueWorker | null = null;
  const consume = (handle: (jobId: string) => Promise<void>, redisUrl = REDIS_URL): void => {
    open = createQueueWorker({
      name: 'ingest',
      redisUrl: new Secret(redisUrl),
      logger,
      handler: ({ jobId }) => handle(jobId),
    });
  };
  beforeEach(async () => {
    // Jobs of earlier tests are not these tests' business.
    await database.db
      .updateTable('ingest_jobs')
      .set({ state: 'cancelled' })
      .where('state', 'in', ['queued', 'running'])
      .execute();
    await flushRedis(REDIS_URL);
  });
  afterEach(async () => {
    await open?.close();
    open = null;
  });

  test('hears of a job at once', async () => {
    const seen: string[] = [];
    consume((jobId) => Promise.resolve(void seen.push(jobId)));
    const { body } = await createJob('inbox://queued.csv');
    await eventually(() => expect(seen).toContain(body.id), { timeoutMs: 2_000 });
    await database.db
      .updateTable('ingest_jobs')
      .set({ state: 'cancelled' })
      .where('id', '=', body.id)
      .execute();
  });

  test('that lost everything gets back the jobs that wait and those that run without a sign of life', async () => {
    const waiting = (await createJob('inbox://lost-waiting.csv')).body.id as string;
    const abandoned = (await createJob('inbox://lost-running.csv')).body.id as string;
    const alive = (await createJob('inbox://alive.csv')).body.id as string;
    const ended = (await createJob('inbox://ended.csv')).body.id as string;
    await worker(abandoned, 'claim', { worker_id: 'dead' });
    await worker(alive, 'claim', { worker_id: 'alive' });
    await worker(ended, 'claim', { worker_id: 'done' });
    await worker(ended, 'finish', { attempt: 1, outcome: { state: 'succeeded', result: RESULT } });
    await sql`UPDATE ingest_jobs SET heartbeat_at = now() + interval '1 hour' WHERE id = ${alive}`.execute(
      database.db,
    );
    await flushRedis(REDIS_URL);
    const seen = new Set<string>();
    consume((jobId) => Promise.resolve(void seen.add(jobId)));
    await eventually(() => expect([...seen].sort()).toEqual([waiting, abandoned].sort()), {
      timeoutMs: 15_000,
    });
    // A job that only the next comparison can hand out: by then the others would have come too.
    const next = (await createJob('inbox://next.csv')).body.id as string;
    await open?.close();
    await flushRedis(REDIS_URL);
    consume((jobId) => Promise.resolve(void seen.add(jobId)));
    await eventually(() => expect(seen).toContain(next), { timeoutMs: 15_000 });
    expect(seen.has(alive) || seen.has(ended)).toBe(false);
  }, 40_000);

  test('that is away when a job is made still answers 202, and gets the job once it is back', async () => {
    // Where the first instance, whose queue is well, puts nothing.
    const redisUrl = `${testServers().redisUrl}/10`;
    await flushRedis(redisUrl);
    const link = await openSeverableLink(redisUrl);
    const other = await runApp({ DATABASE_URL: database.url, REDIS_URL: link.url });
    try {
      await eventually(() => other.app.checks['queue']!());
      await link.sever();
      const created = await other.call('POST', '/v1/admin/ingest/jobs', {
        as: ADMIN,
        body: { source: 'inbox://away.csv' },
      });
      expect(created.status).toBe(202);
      await link.mend();
      const seen: string[] = [];
      consume((jobId) => Promise.resolve(void seen.push(jobId)), redisUrl);
      await eventually(() => expect(seen).toContain(created.body.id), { timeoutMs: 15_000 });
    } finally {
      await other.stop();
      await link.close();
    }
  }, 30_000);
});
