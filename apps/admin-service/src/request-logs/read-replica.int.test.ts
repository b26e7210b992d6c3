/** Two databases in the place of one and its replica, which lags: what is read from which shows. */
import { randomUUID } from 'node:crypto';
import { ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { ADMIN, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let primary: TestDatabase;
let replica: TestDatabase;
let app: RunningApp;
const apps: RunningApp[] = [];

beforeAll(async () => {
  [primary, replica] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  app = await start({ DATABASE_READ_URL: replica.url });
});
afterAll(async () => {
  for (const running of apps) await running.stop();
  await Promise.all([primary.drop(), replica.drop()]);
});

async function start(settings: Record<string, string>): Promise<RunningApp> {
  const started = await runApp({ DATABASE_URL: primary.url, REDIS_URL: testServers().redisUrl, ...settings });
  apps.push(started);
  return started;
}

const record = (by: RunningApp, user_id: string) =>
  by.as(GATEWAY)(ROUTES.recordRequests, {
    body: {
      entries: [
        {
          ...{ entry_id: randomUUID(), request_id: `req-${randomUUID()}`, user_id, key_id: 'abcdefabcdef' },
          ...{
            method: 'POST',
            route: '/v1/query',
            status: 200,
            code: null,
            latency_ms: 7,
            latency_parts_ms: {},
          },
          ...{ credits: 1, rows: 100, bytes: 18, shape: null, created_at: new Date().toISOString() },
        },
      ],
    },
  });
const listed = async (by: RunningApp, user_id: string) =>
  (await by.as(ADMIN)(ROUTES.listLogs, { query: { user_id } })).body.data.length;
const used = async (by: RunningApp) =>
  (await by.as(ADMIN)(ROUTES.readUsage, { query: { group_by: 'route' } })).body.data.length;

test('the log and usage are written to the primary and read from the replica', async () => {
  const user_id = randomUUID();
  await record(app, user_id);
  expect([await listed(app, user_id), await used(app)]).toEqual([0, 0]);
  const withoutReplica = await start({});
  expect([await listed(withoutReplica, user_id), await used(withoutReplica)]).toEqual([1, 1]);
});

test('while the replica is away these reads are unavailable, and everything else goes on', async () => {
  const away = await start({ DATABASE_READ_URL: 'postgres://bigdata:secret@127.0.0.1:1/bigdata' });
  const refused = await away.as(ADMIN)(ROUTES.listLogs, { query: {} });
  expect(refused.outcome).toEqual([503, 'unavailable']);
  expect((await record(away, randomUUID())).body).toEqual({ ok: true });
  expect((await away.as(ADMIN)(ROUTES.listUsers, {})).status).toBe(200);
});
