/** A worker that is killed in mid-file, and stores that go away: nothing is lost, doubled or charged. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSamplePeople } from '@bigdata/sample-data';
import { eventually, startStack, type StackProcess } from '@bigdata/testing';
import {
  type Api,
  createApi,
  createUser,
  type JobBody,
  type ProblemBody,
  type QueryBody,
} from './support/api';
import { runBigdata } from './support/cli';
import { readLedger, sumOf } from './support/ledger';
import { readyzOf } from './support/readyz';

const ROWS = 150_000;

describe('when a process dies', () => {
  let stack: StackProcess;
  let folder: string;
  let file: string;
  let admin: Api;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'e2e-'));
    file = path.join(folder, 'many.csv');
    await writeSamplePeople({ path: file, rows: ROWS, seed: 11 });
    stack = await startStack({ home: path.join(folder, 'home') });
    admin = createApi(stack.gatewayUrl, stack.adminKey);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  const readJob = async (id: string): Promise<JobBody> =>
    (await admin.get<JobBody>(`/v1/admin/ingest/jobs/${id}`)).body;

  const enqueue = async (dataset: string): Promise<string> => {
    const run = await runBigdata(stack.home, [
      '--json',
      'ingest',
      file,
      '--dataset',
      dataset,
      '--country',
      'US',
    ]);
    expect(run.stderr).toBe('');
    return (JSON.parse(run.stdout) as JobBody[])[0]!.id;
  };

  const finished = async (id: string): Promise<JobBody> => {
    await eventually(async () => expect((await readJob(id)).state).toBe('succeeded'), { timeoutMs: 120_000 });
    return readJob(id);
  };

  const CREDITS = 500;

  const askAsNew = async (name: string) => {
    const user = await createUser(admin, name, CREDITS);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    return { user, ask: () => api.post<QueryBody & ProblemBody>('/v1/query', { limit: 1 }) };
  };

  /** And the service is ready again. */
  const everyAnswerCharged = async (
    userId: string,
    service: Parameters<typeof readyzOf>[1],
  ): Promise<void> => {
    await eventually(async () => expect((await fetch(readyzOf(stack.home, service))).status).toBe(200), {
      timeoutMs: 15_000,
    });
    await eventually(
      async () => {
        const entries = await readLedger(admin, userId);
        const { body } = await admin.get<{ data: { status: number }[] }>(
          `/v1/admin/logs?user_id=${userId}&status=200&limit=1000`,
        );
        expect(sumOf(entries)).toBe(CREDITS - body.data.length);
      },
      { timeoutMs: 15_000 },
    );
  };

  it('an ingest-worker killed in mid-file loads exactly the right rows after its restart', async () => {
    const id = await enqueue('killed');
    await eventually(async () => expect((await readJob(id)).progress.rows_read).toBeGreaterThan(0), {
      timeoutMs: 60_000,
      intervalMs: 10,
    });
    await stack.kill('ingest-worker', 'SIGKILL');
    const interrupted = await readJob(id);
    expect(interrupted.state).toBe('running');
    expect(interrupted.progress.rows_read).toBeLessThan(ROWS);
    await stack.restart('ingest-worker');
    const killed = await finished(id);

    const undisturbed = await finished(await enqueue('undisturbed'));
    expect(killed.result).toEqual(undisturbed.result);
    expect(killed.result!.rows_read).toBe(ROWS);
    expect(killed.result!.rows_loaded + killed.result!.rows_rejected).toBe(ROWS);

    const user = await createUser(admin, 'crash-reader', 10);
    const api = createApi(stack.gatewayUrl, user.apiKey);
    for (const dataset of ['killed', 'undisturbed']) {
      const { body } = await api.post<QueryBody>('/v1/query', {
        where: { field: 'dataset', op: 'eq', value: dataset },
        limit: 1,
        count: 'exact',
      });
      expect([dataset, body.count?.value]).toEqual([dataset, killed.result!.records_new]);
    }
  }, 300_000);

  it.each([
    ['clickhouse', 'query-service'],
    ['postgres', 'admin-service'],
  ] as const)(
    'while %s is away requests get 503, nothing is charged, and all recovers by itself',
    async (store, service) => {
      const { user, ask } = await askAsNew(`without-${store}`);
      expect((await ask()).status).toBe(200);

      await stack.kill(store, 'SIGKILL');
      await eventually(async () => expect((await ask()).status).toBe(503), { timeoutMs: 15_000 });
      const refused = await ask();
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await fetch(readyzOf(stack.home, service))).status).toBe(503);

      await stack.restart(store);
      await eventually(async () => expect((await ask()).status).toBe(200), { timeoutMs: 30_000 });
      await everyAnswerCharged(user.id, service);
    },
    120_000,
  );

  it('while redis is away requests are answered and charged, within limits that the gateway holds alone', async () => {
    const { user, ask } = await askAsNew('without-redis');
    expect((await ask()).status).toBe(200);

    await stack.kill('redis', 'SIGKILL');
    await eventually(
      async () => {
        const { status, headers } = await ask();
        expect([status, headers.get('x-ratelimit-fallback')]).toEqual([200, 'local']);
      },
      { timeoutMs: 15_000 },
    );
    expect((await fetch(readyzOf(stack.home, 'gateway'))).status).toBe(503);

    await stack.restart('redis');
    await eventually(async () => expect((await ask()).headers.get('x-ratelimit-fallback')).toBeNull(), {
      timeoutMs: 30_000,
    });
    await everyAnswerCharged(user.id, 'gateway');
  }, 120_000);
});
