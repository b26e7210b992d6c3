import { ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { sql } from 'kysely';
import { ingestCalls, type IngestCalls } from '../test-support/ingest-calls';
import { ADMIN, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;
let calls: IngestCalls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  calls = ingestCalls(app, database.db);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const refused = [409, 'conflict'];
const upload = (name: string, body: string) => app.as(ADMIN)(ROUTES.uploadFile, { params: { name }, body });
const auditOf = async (id: string): Promise<string[]> => {
  const rows = await database.db
    .selectFrom('audit_log')
    .select('action')
    .where('target', '=', `job:${id}`)
    .orderBy('id')
    .execute();
  return rows.map(({ action }) => action);
};
const change = (id: string, set: Record<string, unknown>) =>
  database.db.updateTable('ingest_jobs').set(set).where('id', '=', id).execute();

describe('making a job', () => {
  test.each(['file:///etc/passwd', 'inbox://../x'])(
    'the source %s is refused at its place',
    async (source) => {
      const answer = await calls.createJob({ source });
      expect(answer.outcome).toEqual([422, 'invalid_request']);
      expect(answer.problem.errors).toMatchObject([{ pointer: '#/source' }]);
    },
  );

  test.each([
    ['priority', 'urgent'],
    ['parallelism', 0],
    ['parallelism', 65],
    ['max_reject_ratio', 1.1],
    ['hints', { format: 'xlsx' }],
  ])('%s: %j is refused', async (name, value) => {
    expect((await calls.createJob({ [name]: value })).outcome).toEqual([422, 'invalid_request']);
  });

  test('a later job has a greater load number', async () => {
    const numbers = [];
    for (let count = 0; count < 3; count += 1) numbers.push((await calls.createJob()).body.load_number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers[0]).toBeGreaterThan(0);
  });

  test('jobs show in the list, newest first, by state', async () => {
    const [first, second] = [await calls.plannedJob(1), await calls.newJob()];
    const newest = async (query: Record<string, string | number>) =>
      (await app.as(ADMIN)(ROUTES.listJobs, { query })).body.data.map(({ id }) => id);
    expect(await newest({ limit: 2 })).toEqual([second, first]);
    expect(await newest({ limit: 1, state: 'running' })).toEqual([first]);
    expect(await newest({ limit: 1, state: 'queued' })).toEqual([second]);
  });
});

describe('the same content', () => {
  test('of an upload that was loaded, or is being loaded, is refused at once, unless forced', async () => {
    await upload('twice.csv', 'a');
    await upload('copy.csv', 'a');
    const body = { source: 'inbox://twice.csv', dataset: 'same' };
    const first = await calls.newJob(body);
    for (const source of ['inbox://twice.csv', 'inbox://copy.csv']) {
      const answer = await calls.createJob({ ...body, source });
      expect(answer.outcome).toEqual(refused);
      expect(answer.problem.detail).toContain(first);
    }
    expect((await calls.createJob({ ...body, force: true })).status).toBe(202);
    expect((await calls.createJob({ ...body, dataset: 'other' })).status).toBe(202);
    await calls.cancel(first);
    const { id } = (await calls.createJob({ ...body, dataset: 'third' })).body;
    const plan = await calls.claimA('plan', id);
    expect(plan.job.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('that only shows when the file is read fails the later job and names the earlier one', async () => {
    const dataset = 'shown-late';
    const ids = [await calls.newJob({ dataset }), await calls.newJob({ dataset })];
    const plans = await Promise.all(ids.map((id) => calls.claimA('plan', id)));
    const plan = (index: number) => calls.plan(ids[index]!, plans[index]!.attempt, 1, { sha256: 'same' });
    const answers = await Promise.all([plan(0), plan(1)]);
    const planned = answers.map(({ body }) => body.planned);
    expect([...planned].sort()).toEqual([false, true]);
    const loser = planned.indexOf(false);
    expect((await plan(loser)).body).toEqual({ planned: false });
    const job = await calls.readJob(ids[loser]!);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'already_loaded' }, undo_until: null });
    expect(job.error?.detail).toContain(ids[1 - loser]);
    expect((await calls.retry(ids[loser]!)).status).toBe(409);
    const forced = await calls.plannedJob(1, { dataset, force: true }, { sha256: 'same' });
    expect((await calls.readJob(forced)).state).toBe('running');
  });

  test('that was undone can be loaded again', async () => {
    const dataset = 'undone';
    const first = await calls.succeededJob({ dataset }, { sha256: 'undone' });
    await change(first, { undo_requested_at: new Date(), undone_at: new Date() });
    await calls.succeededJob({ dataset }, { sha256: 'undone' });
  });
});

describe('cancelling', () => {
  test('a job that waits ends at once, and nobody gets it any more', async () => {
    const id = await calls.newJob();
    const { body } = await calls.cancel(id);
    expect(body).toMatchObject({ state: 'cancelled', result: null, error: null });
    expect(body.finished_at).not.toBeNull();
    expect(await calls.claim(id)).toBeNull();
    expect(await auditOf(id)).toEqual(['job.create', 'job.cancel']);
  });

  test('a job that runs ends at once in its row; whoever holds a piece of it is refused', async () => {
    const id = await calls.plannedJob(2);
    const range = await calls.claimA('range', id);
    await calls.advance(id, range, 3);
    expect((await calls.cancel(id)).body.progress).toMatchObject({ rows_read: 30, rows_loaded: 27 });
    expect((await calls.beat(id, range)).outcome).toEqual(refused);
    expect((await calls.advance(id, range, 4)).outcome).toEqual(refused);
    expect((await calls.fail(id, range)).outcome).toEqual(refused);
    expect(await calls.readJob(id)).toMatchObject({ state: 'cancelled', progress: { rows_read: 30 } });
  });

  test('a job that counts its new records stays cancelled', async () => {
    const id = await calls.loadedJob();
    const { attempt } = await calls.claimA('finish', id);
    await calls.cancel(id);
    expect((await calls.finish(id, attempt, 80)).outcome).toEqual(refused);
    expect((await calls.readJob(id)).state).toBe('cancelled');
  });

  test('a job that has ended is refused with its state', async () => {
    const answer = await calls.cancel(await calls.succeededJob());
    expect(answer.outcome).toEqual(refused);
    expect(answer.problem.detail).toContain('succeeded');
  });
});

describe('retrying', () => {
  test('goes on from the checkpoints', async () => {
    const id = await calls.failedJob('internal');
    expect((await calls.retry(id)).body).toMatchObject({ state: 'queued', error: null, attempts: 2 });
    const range = await calls.claimA('range', id);
    expect(range.range).toMatchObject({ number: 0, checkpoint: { rows_read: 30 } });
    expect(await auditOf(id)).toEqual(['job.create', 'job.retry']);
  });

  test('a job whose source changed is planned anew, and told to clear first', async () => {
    const id = await calls.plannedJob(2);
    const [range, other] = [await calls.claimA('range', id), await calls.claimA('range', id)];
    await calls.advance(id, range, 3);
    await calls.fail(id, range, 'source_changed');
    await calls.retry(id);
    // The other one may still be inserting, which would come after the clearing.
    expect(await calls.claim(id)).toBeNull();
    expect((await calls.advance(id, other, 4)).outcome).toEqual(refused);
    const plan = await calls.claimA('plan', id);
    expect(plan.clear).toBe(true);
    await calls.plan(id, plan.attempt, 1);
    expect((await calls.claimA('range', id)).range).toMatchObject({ number: 0, checkpoint: null });
    expect((await calls.advance(id, range, 5)).outcome).toEqual(refused);
  });

  test('a job whose uploaded file was mended is planned anew, and what counts as loaded is what lies there now', async () => {
    await upload('mended.csv', 'broken');
    const body = { source: 'inbox://mended.csv', dataset: 'mended' };
    const id = await calls.failedJob('truncated_archive', body);
    await upload('mended.csv', 'whole');
    expect((await calls.retry(id)).status).toBe(200);
    await calls.loseWorkers(id);
    const plan = await calls.claimA('plan', id);
    expect(plan.clear).toBe(true);
    await calls.plan(id, plan.attempt, 1, { sha256: plan.job.sha256 });
    expect((await calls.createJob(body)).outcome).toEqual(refused);
    await upload('as-it-was.csv', 'broken');
    expect((await calls.createJob({ ...body, source: 'inbox://as-it-was.csv' })).status).toBe(202);
  });

  test('a job that never had a plan has nothing to clear', async () => {
    const id = await calls.newJob();
    await calls.fail(id, await calls.claimA('plan', id), 'source_not_found');
    await calls.retry(id);
    expect((await calls.claimA('plan', id)).clear).toBe(false);
  });

  test.each([
    ['that waits', () => calls.newJob()],
    ['that succeeded', () => calls.succeededJob()],
    [
      'that was undone',
      async () => {
        const id = await calls.failedJob();
        await change(id, { undo_requested_at: new Date(), undone_at: new Date() });
        return id;
      },
    ],
    [
      'that is part of the base',
      async () => {
        const id = await calls.failedJob();
        await change(id, { sealed_at: new Date() });
        return id;
      },
    ],
  ])('a job %s is refused', async (_which, make) => {
    expect((await calls.retry(await make())).outcome).toEqual(refused);
  });
});

describe('undoing', () => {
  test('is done by a worker while the caller waits, and repeating it is harmless', async () => {
    const id = await calls.succeededJob();
    const asked = calls.undo(id);
    let piece = await calls.claim(id);
    while (piece === null) piece = await calls.claim(id);
    expect(piece.kind).toBe('undo');
    expect(await calls.claim(id)).toBeNull();
    await calls.settle(id, 'undo', piece.attempt);
    await calls.settle(id, 'undo', piece.attempt);
    expect((await asked).body).toMatchObject({
      state: 'succeeded',
      undo: { state: 'done' },
      undo_until: null,
    });
    expect((await calls.undo(id)).body.undo?.state).toBe('done');
    expect(await auditOf(id)).toEqual(['job.create', 'job.undo']);
    expect((await calls.settle(id, 'undo', piece.attempt - 1)).outcome).toEqual(refused);
  });

  test('answers that it is requested when no worker comes in time, and a worker gets it later', async () => {
    const id = await calls.succeededJob();
    expect((await calls.undo(id)).body.undo).toMatchObject({ state: 'requested', finished_at: null });
    expect((await calls.claimA('undo', id)).job.id).toBe(id);
  });

  test('waits for whoever may still be inserting', async () => {
    const id = await calls.plannedJob(2);
    const [first, second] = [await calls.claimA('range', id), await calls.claimA('range', id)];
    await calls.cancel(id);
    await change(id, { undo_requested_at: new Date() });
    expect(await calls.claim(id)).toBeNull();
    await calls.advance(id, first, 1);
    expect(await calls.claim(id)).toBeNull();
    await calls.beat(id, second, true);
    expect((await calls.claim(id))?.kind).toBe('undo');
  });

  test('never overlaps with another job of the dataset counting what is new', async () => {
    const dataset = 'undo-or-count';
    const gone = await calls.succeededJob({ dataset });
    const counting = await calls.loadedJob({ dataset });
    await change(gone, { undo_requested_at: new Date() });
    const undo = await calls.claimA('undo', gone);
    expect(await calls.claim(counting)).toBeNull();
    await calls.settle(gone, 'undo', undo.attempt);
    expect((await calls.claimA('finish', counting)).earlier_loads).toEqual([]);
  });

  test('a job that loaded nothing is done at once', async () => {
    const id = await calls.newJob();
    await calls.cancel(id);
    expect((await calls.undo(id)).body.undo?.state).toBe('done');
  });

  test.each([
    ['that runs', () => calls.plannedJob(1)],
    [
      'that ended too long ago',
      async () => {
        const id = await calls.succeededJob();
        await change(id, { finished_at: sql`now() - interval '169 hours'` });
        return id;
      },
    ],
    [
      'that is part of the base',
      async () => {
        const id = await calls.succeededJob();
        await change(id, { sealed_at: new Date() });
        return id;
      },
    ],
    [
      'that is being moved into the base',
      async () => {
        const id = await calls.succeededJob();
        await change(id, { seal_due_at: new Date() });
        await calls.claimA('seal', id);
        return id;
      },
    ],
  ])('a job %s is refused with the reason', async (_which, make) => {
    const answer = await calls.undo(await make());
    expect(answer.outcome).toEqual(refused);
    expect(answer.problem.detail.length).toBeGreaterThan(20);
  });
});
