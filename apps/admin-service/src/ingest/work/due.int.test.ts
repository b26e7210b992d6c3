import { type JobPriority } from '@bigdata/models';
import { createLogger, NO_TRACING, Secret } from '@bigdata/platform';
import { createQueueWorker, type QueueWorker } from '@bigdata/queue';
import { eventually, openSeverableLink, testServers } from '@bigdata/testing';
import { sql } from 'kysely';
import { flushRedis } from '../../test-support/flush-redis';
import { ingestCalls, type IngestCalls } from '../../test-support/ingest-calls';
import { runApp, type RunningApp } from '../../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database';
import { createDueRepository, type DueRepository } from './due.repository';

/** A logical database of its own, since a test flushes it. */
const REDIS_URL = `${testServers().redisUrl}/9`;
const HEARTBEAT_TTL_S = 30;

let database: TestDatabase;
let app: RunningApp;
let calls: IngestCalls;
let due: DueRepository;

beforeAll(async () => {
  await flushRedis(REDIS_URL);
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL });
  calls = ingestCalls(app, database.db);
  due = createDueRepository(database.db, HEARTBEAT_TTL_S);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const change = (id: string, set: Record<string, unknown>) =>
  database.db.updateTable('ingest_jobs').set(set).where('id', '=', id).execute();

/** Jobs of other tests are not a test's business. */
const endAll = () =>
  database.db
    .updateTable('ingest_jobs')
    .set({ state: 'cancelled', seal_due_at: null, undo_requested_at: null, sealed_at: new Date() })
    .where('state', '<>', 'succeeded')
    .where('state', '<>', 'failed')
    .execute();
beforeEach(endAll);

async function dueJobs(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  // The service compares rows with the queue at the same time, and only one of the two at once.
  await eventually(async () => {
    let called = false;
    const marker = await calls.newJob();
    await due.withDueJobs(1_000, (jobs) => {
      for (const { id, workers } of jobs) if (id !== marker) found.set(id, workers);
      called = true;
      return Promise.resolve();
    });
    expect(called).toBe(true);
    await calls.cancel(marker);
  });
  return found;
}

describe('what the queue must hold', () => {
  test('jobs that wait, and those whose worker died; not those that someone is at, nor ended ones', async () => {
    const [waiting, planning, abandoned] = [await calls.newJob(), await calls.newJob(), await calls.newJob()];
    await calls.claimA('plan', planning);
    await calls.claimA('plan', abandoned);
    await calls.loseWorkers(abandoned);
    const ended = await calls.succeededJob();
    const found = await dueJobs();
    expect(found.get(waiting)).toBe(1);
    expect(found.get(abandoned)).toBe(1);
    expect([found.has(planning), found.has(ended)]).toEqual([false, false]);
  });

  test('ranges that nobody holds, with as many workers as could help', async () => {
    const [free, limited, full] = [
      await calls.plannedJob(5),
      await calls.plannedJob(100, { parallelism: 3 }),
      await calls.plannedJob(2, { parallelism: 1 }),
    ];
    await calls.claimA('range', free);
    await calls.claimA('range', full);
    const wide = await calls.plannedJob(100);
    expect([...(await dueJobs())].sort()).toEqual(
      [
        [free, 5],
        [limited, 3],
        [wide, 64],
      ].sort(),
    );
    await calls.loseWorkers(full);
    expect((await dueJobs()).get(full)).toBe(1);
  });

  test('the finish of one job at a time in a dataset', async () => {
    const dataset = 'due-finish';
    const [first, second] = [await calls.loadedJob({ dataset }), await calls.loadedJob({ dataset })];
    const { attempt } = await calls.claimA('finish', first);
    expect((await dueJobs()).size).toBe(0);
    await calls.finish(first, attempt, 80);
    expect([...(await dueJobs()).keys()]).toEqual([second]);
  });

  test('undos and seals', async () => {
    const [undo, seal, untouched] = [
      await calls.succeededJob(),
      await calls.succeededJob(),
      await calls.succeededJob(),
    ];
    await change(undo, { undo_requested_at: new Date() });
    await change(seal, { seal_due_at: new Date() });
    expect([...(await dueJobs()).keys()].sort()).toEqual([undo, seal].sort());
    const piece = await calls.claimA('seal', seal);
    expect([...(await dueJobs()).keys()]).toEqual([undo]);
    expect((await calls.settle(seal, 'seal', piece.attempt)).status).toBe(200);
    expect((await calls.settle(seal, 'seal', piece.attempt)).status).toBe(200);
    const sealed = await calls.readJob(seal);
    expect(sealed.sealed_at).not.toBeNull();
    expect(sealed.undo_until).toBeNull();
    expect((await calls.readJob(untouched)).sealed_at).toBeNull();
    await calls.settle(undo, 'undo', (await calls.claimA('undo', undo)).attempt);
    expect((await dueJobs()).size).toBe(0);
  });
});

describe('sealing', () => {
  const isDue = async (id: string): Promise<boolean> => {
    const { seal_due_at } = await database.db
      .selectFrom('ingest_jobs')
      .select('seal_due_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return seal_due_at !== null;
  };

  test('falls due when a load can no longer be undone, and for the oldest beyond the number kept apart', async () => {
    await database.db.updateTable('ingest_jobs').set({ sealed_at: new Date() }).execute();
    const old = await calls.succeededJob();
    const [first, second, third] = [
      await calls.succeededJob(),
      await calls.failedJob(),
      await calls.succeededJob(),
    ];
    const [running, undone] = [await calls.plannedJob(1), await calls.succeededJob()];
    await change(old, { finished_at: sql`now() - interval '2 hours'` });
    await change(undone, { undo_requested_at: new Date() });
    expect(await due.markSeals(3, 10)).toBe(0);
    expect(await due.markSeals(1, 10)).toBe(1);
    expect(await isDue(old)).toBe(true);
    expect(await due.markSeals(1, 2)).toBe(1);
    const all = await Promise.all([first, second, third, running, undone].map(isDue));
    expect(all).toEqual([true, false, false, false, false]);
    expect(await due.markSeals(1, 2)).toBe(0);
    expect((await calls.retry(second)).status).toBe(200);
    await change(third, { undo_requested_at: new Date() });
  });

  test('of a load that nothing came of is never due', async () => {
    const empty = await calls.plannedJob(1);
    await calls.advance(empty, await calls.claimA('range', empty), 0, true);
    await calls.finish(empty, (await calls.claimA('finish', empty)).attempt, 0);
    await due.markSeals(1, 0);
    expect(await isDue(empty)).toBe(false);
    expect((await calls.undo(empty)).body.undo?.state).toBe('done');
  });
});

describe('the queue', () => {
  const logger = createLogger({ service: 'test', level: 'error', format: 'json' });
  const workers: QueueWorker[] = [];
  /** Takes every entry that the queue hands out, and ends it. */
  const consume = (redisUrl = REDIS_URL): string[] => {
    const seen: string[] = [];
    const handler = ({ jobId }: { jobId: string }) => Promise.resolve(void seen.push(jobId));
    workers.push(
      createQueueWorker({
        name: 'ingest',
        tracing: NO_TRACING,
        redisUrl: new Secret(redisUrl),
        logger,
        handler,
      }),
    );
    return seen;
  };
  beforeEach(async () => {
    await database.db
      .updateTable('ingest_jobs')
      .set({ undo_requested_at: null, seal_due_at: null, sealed_at: new Date() })
      .execute();
    await flushRedis(REDIS_URL);
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close();
  });

  test('hears of a job at once, of further workers with its plan, and of a retry', async () => {
    const seen = consume();
    const id = await calls.newJob();
    await eventually(() => expect(seen).toEqual([id]), { timeoutMs: 2_000 });
    const { attempt } = await calls.claimA('plan', id);
    const range = calls.plan(id, attempt, 3).then(() => calls.claimA('range', id));
    await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(3));
    await calls.fail(id, await range);
    const before = seen.length;
    await calls.retry(id);
    await eventually(() => expect(seen.length).toBeGreaterThan(before));
    await calls.cancel(id);
  });

  test('is asked in the order of priority', async () => {
    const ids = new Map<string, JobPriority>();
    for (const priority of ['low', 'normal', 'high'] as const)
      ids.set(await calls.newJob({ priority }), priority);
    const seen = consume();
    const order = () => [...new Set(seen)].map((id) => ids.get(id));
    await eventually(() => expect(order()).toEqual(['high', 'normal', 'low']));
  });

  test('that lost everything gets back what there is to do, and nothing else', async () => {
    const waiting = await calls.newJob();
    const abandoned = await calls.plannedJob(2);
    await calls.claimA('range', abandoned);
    await calls.loseWorkers(abandoned);
    const [alive, ended] = [await calls.plannedJob(1), await calls.succeededJob()];
    await calls.claimA('range', alive);
    const undo = await calls.succeededJob();
    await change(undo, { undo_requested_at: new Date(), sealed_at: null });
    await flushRedis(REDIS_URL);
    const seen = consume();
    await eventually(() => expect([...new Set(seen)].sort()).toEqual([waiting, abandoned, undo].sort()), {
      timeoutMs: 15_000,
    });

    // A job that only a later comparison can hand out: by then the others would have come too.
    await workers[0]?.close();
    const next = await calls.newJob();
    await flushRedis(REDIS_URL);
    const seenLater = consume();
    await eventually(() => expect(seenLater).toContain(next), { timeoutMs: 15_000 });
    for (const id of [alive, ended]) expect([...seen, ...seenLater]).not.toContain(id);
  });

  test('that is away when a job is made still answers 202, and gets the job once it is back', async () => {
    // Where the first instance, whose queue is well, puts nothing.
    const redisUrl = `${testServers().redisUrl}/10`;
    await flushRedis(redisUrl);
    const link = await openSeverableLink(redisUrl);
    const other = await runApp({ DATABASE_URL: database.url, REDIS_URL: link.url });
    try {
      await eventually(() => other.app.checks['queue']?.());
      await link.sever();
      const created = await ingestCalls(other, database.db).createJob({ dataset: 'away' });
      expect(created.status).toBe(202);
      await link.mend();
      const seen = consume(redisUrl);
      await eventually(() => expect(seen).toContain(created.body.id), { timeoutMs: 15_000 });
    } finally {
      await other.stop();
      await link.close();
    }
  });
});
