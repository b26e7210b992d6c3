import { randomUUID } from 'node:crypto';
import { testServers } from '@bigdata/testing';
import { ROUTES } from '@bigdata/models';
import { checkpoint, ingestCalls, type IngestCalls, PLAN, rangesOf } from '../../test-support/ingest-calls';
import { ADMIN, GATEWAY, runApp, type RunningApp } from '../../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database';

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

describe('a job', () => {
  test('goes over plan, ranges and finish to its result, and every sum holds', async () => {
    const { id, ...created } = (
      await calls.createJob({
        dataset: 'people',
        country: 'us',
        mapping: { Mail: 'email' },
        hints: { delimiter: ';' },
        max_reject_ratio: 0.5,
      })
    ).body;
    expect(created).toMatchObject({ state: 'queued', country: 'US', format: null, attempts: 1, undo: null });
    const plan = await calls.claimA('plan', id);
    expect(plan).toMatchObject({ clear: false, job: { id, dataset: 'people', sha256: null } });
    expect(plan.job).toMatchObject({ hints: { delimiter: ';' }, max_reject_ratio: 0.5, key_policy: null });
    expect(plan.job.load_number).toBe(created.load_number);
    expect((await calls.plan(id, plan.attempt, 2)).body).toEqual({ planned: true });
    expect((await calls.plan(id, plan.attempt, 2)).body).toEqual({ planned: true });

    const [first, second] = [await calls.claimA('range', id, 'w1'), await calls.claimA('range', id, 'w2')];
    expect([first, second].map(({ range }) => range)).toEqual(
      rangesOf(2).map((range, number) => ({ ...range, number, checkpoint: null })),
    );
    expect(first.plan).toEqual(PLAN);
    expect(await calls.claim(id, 'w3')).toBeNull();
    await calls.advance(id, first, 3);
    await calls.advance(id, second, 4);
    expect(await calls.readJob(id)).toMatchObject({
      state: 'running',
      format: 'csv',
      progress: { bytes_read: 700, bytes_total: 1_000, rows_read: 70, rows_loaded: 63, rows_rejected: 7 },
      result: null,
      started_at: plan.job.started_at,
    });

    expect((await calls.advance(id, first, 5, true)).status).toBe(200);
    expect((await calls.advance(id, first, 5, true)).status).toBe(200);
    expect(await calls.claim(id)).toBeNull();
    await calls.advance(id, second, 5, true);
    const finish = await calls.claimA('finish', id);
    expect(finish.totals).toEqual({
      rows_read: 100,
      rows_loaded: 90,
      rows_rejected: 10,
      warnings: { email: { invalid_email: 10 } },
    });
    expect((await calls.finish(id, finish.attempt, 91)).outcome).toEqual([422, 'invalid_request']);
    expect((await calls.finish(id, finish.attempt, 80)).status).toBe(200);
    expect((await calls.finish(id, finish.attempt, 80)).status).toBe(200);
    expect((await calls.finish(id, finish.attempt, 81)).outcome).toEqual(refused);
    const ended = await calls.readJob(id);
    expect(ended).toMatchObject({ state: 'succeeded', error: null, progress: { bytes_read: 1_000 } });
    expect(ended.result).toEqual({ ...finish.totals, records_new: 80, records_merged: 10 });
    expect(ended.undo_until).not.toBeNull();
    expect(await calls.claim(id)).toBeNull();
  });

  test('that does not exist answers 404 to whatever a worker says', async () => {
    const id = randomUUID();
    const piece = { kind: 'undo', attempt: 1 } as never;
    const answers = [
      await app.as(ADMIN)(ROUTES.readJob, { params: { id } }),
      await app.as(GATEWAY)(ROUTES.claimWork, { params: { id }, body: { worker_id: 'w' } }),
      await calls.plan(id, 1),
      await calls.beat(id, piece),
      await calls.finish(id, 1, 1),
      await calls.settle(id, 'undo', 1),
    ];
    for (const { outcome } of answers) expect(outcome).toEqual([404, 'not_found']);
  });

  test('can fail with a reason before there is a plan, even one that quotes a zero byte', async () => {
    const id = await calls.newJob();
    const plan = await calls.claimA('plan', id);
    const body = { kind: 'plan', range: null, attempt: plan.attempt };
    const fail = (detail: string) =>
      app.as(GATEWAY)(ROUTES.failJob, { params: { id }, body: { ...body, error: { code: 'x', detail } } });
    expect((await fail('a\0b')).status).toBe(200);
    expect((await fail('a\0b')).status).toBe(200);
    expect((await fail('other')).outcome).toEqual(refused);
    const job = await calls.readJob(id);
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'x', detail: 'a\uFFFDb' },
      undo_until: null,
    });
  });
});

describe('handing out', () => {
  test('a plan is given to whoever comes last, and the holder before is refused', async () => {
    const id = await calls.newJob();
    const first = await calls.claimA('plan', id, 'w1');
    const second = await calls.claimA('plan', id, 'w2');
    expect(second.job.started_at).toBe(first.job.started_at);
    for (const answer of [
      await calls.plan(id, first.attempt),
      await calls.beat(id, first),
      await calls.fail(id, first),
    ]) {
      expect(answer.outcome).toEqual(refused);
    }
    expect((await calls.beat(id, second)).status).toBe(200);
    expect((await calls.plan(id, second.attempt)).status).toBe(200);
    expect((await calls.beat(id, second)).outcome).toEqual(refused);
  });

  test('twenty workers at once get twenty different ranges, and twenty more get none', async () => {
    const id = await calls.plannedJob(20);
    const pieces = await Promise.all(Array.from({ length: 40 }, (_, index) => calls.claim(id, `w${index}`)));
    const ranges = pieces.flatMap((piece) => (piece?.kind === 'range' ? [piece.range.number] : []));
    expect(ranges.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    const attempts = pieces.flatMap((piece) => piece?.attempt ?? []);
    expect(new Set(attempts).size).toBe(20);
  });

  test('no more ranges are held at once than the job allows, however many ask at once', async () => {
    const id = await calls.plannedJob(10, { parallelism: 3 });
    const pieces = await Promise.all(Array.from({ length: 12 }, () => calls.claim(id)));
    const held = pieces.filter((piece) => piece !== null);
    expect(held).toHaveLength(3);
    await calls.advance(id, held[0]!, 1, true);
    expect((await calls.claimA('range', id)).range.number).toBe(3);
    expect(await calls.claim(id)).toBeNull();
  });

  test('a range of a dead worker goes on from its checkpoint, and the dead worker is refused', async () => {
    const id = await calls.plannedJob(1);
    const first = await calls.claimA('range', id, 'w1');
    await calls.advance(id, first, 2);
    expect(await calls.claim(id, 'w2')).toBeNull();
    await calls.loseWorkers(id);
    const second = await calls.claimA('range', id, 'w2');
    expect(second.range.checkpoint).toEqual(checkpoint(2));
    expect(second.attempt).toBeGreaterThan(first.attempt);
    expect((await calls.advance(id, first, 9)).outcome).toEqual(refused);
    expect((await calls.fail(id, first)).outcome).toEqual(refused);
    expect((await calls.beat(id, first)).outcome).toEqual(refused);
    expect((await calls.readJob(id)).progress.rows_read).toBe(20);
    expect((await calls.beat(id, second)).status).toBe(200);
  });

  test('a sign of life keeps a range, and giving it back lets the next worker go on at once', async () => {
    const id = await calls.plannedJob(1);
    const first = await calls.claimA('range', id, 'w1');
    await calls.loseWorkers(id);
    await calls.beat(id, first);
    expect(await calls.claim(id, 'w2')).toBeNull();
    expect((await calls.beat(id, first, true)).status).toBe(200);
    const second = await calls.claimA('range', id, 'w2');
    expect(second.range.number).toBe(0);
    expect((await calls.beat(id, first, true)).outcome).toEqual(refused);
  });

  test('a finish whose worker died or gave it back is given to another', async () => {
    const id = await calls.loadedJob();
    const first = await calls.claimA('finish', id, 'w1');
    expect(await calls.claim(id, 'w2')).toBeNull();
    await calls.beat(id, first, true);
    const second = await calls.claimA('finish', id, 'w2');
    await calls.loseWorkers(id);
    const third = await calls.claimA('finish', id, 'w3');
    for (const { attempt } of [first, second]) {
      expect((await calls.finish(id, attempt, 80)).outcome).toEqual(refused);
    }
    expect((await calls.finish(id, third.attempt, 80)).status).toBe(200);
  });

  test('of a dataset one job at a time counts what is new, and the next one knows of it', async () => {
    const dataset = 'counted';
    const ids = [await calls.loadedJob({ dataset }), await calls.loadedJob({ dataset })];
    const claims = await Promise.all(ids.map((id) => calls.claim(id)));
    expect(claims.filter((piece) => piece !== null)).toHaveLength(1);
    const [first, other] = claims[0] ? [ids[0]!, ids[1]!] : [ids[1]!, ids[0]!];
    const piece = claims.find((found) => found !== null)!;
    expect(piece).toMatchObject({ kind: 'finish', earlier_loads: [] });
    await calls.finish(first, piece.attempt, 80);
    const next = await calls.claimA('finish', other);
    expect(next.earlier_loads).toEqual([(await calls.readJob(first)).load_number]);
    const elsewhere = await calls.claimA('finish', await calls.loadedJob());
    expect(elsewhere.earlier_loads).toEqual([]);
  });

  test('a load that was cancelled with rows counts nothing until it is tried again and succeeds', async () => {
    const dataset = 'cancelled-and-resumed';
    const cancelled = await calls.loadedJob({ dataset });
    await calls.cancel(cancelled);
    const other = await calls.loadedJob({ dataset });
    const counting = await calls.claimA('finish', other);
    expect(counting.earlier_loads).toEqual([]);
    await calls.finish(other, counting.attempt, 80);
    expect((await calls.retry(cancelled)).status).toBe(200);
    const resumed = await calls.claimA('finish', cancelled);
    expect(resumed.earlier_loads).toEqual([(await calls.readJob(other)).load_number]);
  });

  test('who slept while another job of the dataset counted has to count again', async () => {
    const dataset = 'slept';
    const [first, second] = [await calls.loadedJob({ dataset }), await calls.loadedJob({ dataset })];
    const asleep = await calls.claimA('finish', first);
    await calls.loseWorkers(first);
    const other = await calls.claimA('finish', second);
    expect(other.earlier_loads).toEqual([]);
    expect((await calls.finish(first, asleep.attempt, 80)).outcome).toEqual(refused);
    expect(await calls.claim(first)).toBeNull();
    await calls.finish(second, other.attempt, 80);
    const again = await calls.claimA('finish', first);
    expect(again.earlier_loads).toEqual([(await calls.readJob(second)).load_number]);
    expect((await calls.finish(first, again.attempt, 0)).status).toBe(200);
  });
});

describe('a mapping', () => {
  const recall = async (fingerprint: string) =>
    (await app.as(GATEWAY)(ROUTES.recallMapping, { body: { fingerprint } })).body.mapping;
  const planned = (fingerprint: string) => ({ plan: { ...PLAN, fingerprint } });

  test('is remembered under the header once a load with it succeeded, and the latest one counts', async () => {
    await calls.loadedJob({ mapping: { Mail: 'email' } }, planned('remembered'));
    expect(await recall('remembered')).toBeNull();
    await calls.succeededJob({ mapping: { Mail: 'email' } }, planned('remembered'));
    expect(await recall('remembered')).toEqual({ Mail: 'email' });
    await calls.succeededJob({ mapping: { Mail: 'company' } }, planned('remembered'));
    await calls.succeededJob({}, planned('remembered'));
    expect(await recall('remembered')).toEqual({ Mail: 'company' });
  });
});
