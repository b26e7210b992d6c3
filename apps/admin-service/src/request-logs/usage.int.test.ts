import { randomUUID } from 'node:crypto';
import { type RequestLogEntry, ROUTES, type Usage } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { aCaller, ADMIN, type Calls, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;
let admin: Calls;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
  admin = app.as(ADMIN);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const anEntry = (more: Partial<RequestLogEntry>): RequestLogEntry => ({
  entry_id: randomUUID(),
  request_id: `req-${randomUUID()}`,
  user_id: randomUUID(),
  key_id: 'abcdefabcdef',
  method: 'POST',
  route: '/v1/query',
  status: 200,
  code: null,
  latency_ms: 4,
  latency_parts_ms: {},
  credits: 1,
  rows: 10,
  bytes: 100,
  shape: null,
  created_at: '2026-03-01T12:00:00.000Z',
  ...more,
});
const record = (entries: RequestLogEntry[]) => app.as(GATEWAY)(ROUTES.recordRequests, { body: { entries } });
const usageOf = async (query: Record<string, string | number>): Promise<Usage[]> =>
  (await admin(ROUTES.readUsage, { query })).body.data;
const newUser = async () =>
  (await admin(ROUTES.createUser, { body: { username: `u-${randomUUID()}` } })).body;

test('usage is the sum of the log, told apart by outcome, per day in UTC', async () => {
  const { user } = await newUser();
  const entry = (more: Partial<RequestLogEntry>) => anEntry({ user_id: user.id, ...more });
  await record([
    entry({ latency_ms: 2 }),
    entry({ status: 402, credits: 0, rows: 0 }),
    entry({ status: 503, credits: 0, rows: 0, route: '/v1/lookup', latency_ms: 6 }),
    entry({ status: 499, credits: 0 }),
    entry({ created_at: '2026-03-02T00:30:00.000+01:00', key_id: 'other-key-id' }),
    entry({ created_at: '2026-03-02T00:00:00.000Z' }),
    entry({ user_id: null, key_id: null, status: 401 }),
  ]);
  const rows = await usageOf({ user_id: user.id });
  expect(rows.map(({ day }) => day)).toEqual(['2026-03-02', '2026-03-01']);
  expect(rows[1]).toEqual({
    day: '2026-03-01',
    user_id: user.id,
    username: user.username,
    key_id: null,
    route: null,
    requests: 5,
    succeeded: 2,
    refused: 2,
    failed: 1,
    credits: 2,
    rows: 30,
    bytes: 500,
    latency_mean_ms: 4,
  });
  const byKey = await usageOf({ user_id: user.id, group_by: 'key', to: '2026-03-01' });
  expect(byKey.map(({ key_id, requests }) => [key_id, requests])).toEqual([
    ['other-key-id', 1],
    ['abcdefabcdef', 4],
  ]);
  const byRoute = await usageOf({
    user_id: user.id,
    group_by: 'route',
    from: '2026-03-01',
    to: '2026-03-01',
  });
  expect(byRoute.map(({ route, failed }) => [route, failed])).toEqual([
    ['/v1/query', 0],
    ['/v1/lookup', 1],
  ]);
  expect(await usageOf({ user_id: user.id, route: '/v1/lookup' })).toHaveLength(1);
  expect(await usageOf({ user_id: user.id, key_id: 'no-such-key' })).toEqual([]);
});

test('whatever is sent twice, in whatever batches at once, usage stays in step with the log', async () => {
  const users = Array.from({ length: 5 }, () => randomUUID());
  const entries = Array.from({ length: 400 }, (_, index) =>
    anEntry({
      user_id: users[index % users.length] ?? null,
      route: index % 3 === 0 ? '/v1/query' : '/v1/lookup',
      credits: index,
      created_at: `2026-04-0${1 + (index % 7)}T00:00:00.000Z`,
    }),
  );
  const batches = Array.from({ length: 12 }, (_, index) =>
    entries.slice(index * 30, index * 30 + 100).toSorted(() => (index % 2 === 0 ? 1 : -1)),
  );
  const answers = await Promise.all([...batches, ...batches].map((batch) => record(batch)));
  for (const { status } of answers) expect(status).toBe(200);
  for (const user_id of users) {
    const sent = entries.filter((entry) => entry.user_id === user_id);
    const usage = await usageOf({ user_id });
    expect(usage.reduce((sum, { requests }) => sum + requests, 0)).toBe(sent.length);
    expect(usage.reduce((sum, { credits }) => sum + credits, 0)).toBe(
      sent.reduce((sum, { credits }) => sum + credits, 0),
    );
    expect((await admin(ROUTES.listLogs, { query: { user_id, limit: 1_000 } })).body.data).toHaveLength(
      sent.length,
    );
  }
});

test('pages of usage leave nothing out and repeat nothing, in every grouping', async () => {
  const [day, routes] = ['2026-05-01T00:00:00.000Z', ['/v1/a', '/v1/b', '/v1/c']];
  await record(
    routes.flatMap((route) =>
      [1, 2, 3].map((key) => anEntry({ route, key_id: `key-${key}`, created_at: day })),
    ),
  );
  for (const group_by of ['day', 'user', 'key', 'route']) {
    const query = { group_by, from: '2026-05-01', to: '2026-05-01' };
    const all = await usageOf(query);
    const paged: Usage[] = [];
    let cursor: string | null = null;
    do {
      const { data, page } = (
        await admin(ROUTES.readUsage, {
          query: { ...query, limit: 2, ...(cursor === null ? {} : { cursor }) },
        })
      ).body as { data: Usage[]; page: { next_cursor: string | null } };
      paged.push(...data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
    expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBe(9);
  }
});

test('a user sees the own usage and nobody else’s, whatever is asked', async () => {
  const [one, other] = [await newUser(), await newUser()];
  await record([anEntry({ user_id: one.user.id }), anEntry({ user_id: other.user.id })]);
  const mine = app.as(aCaller('user', one.user.id));
  const { data } = (await mine(ROUTES.readMyUsage)).body;
  expect(data).toMatchObject([{ day: '2026-03-01', requests: 1, user_id: null }]);
  expect((await mine(ROUTES.readMyUsage, { query: { user_id: other.user.id } })).status).toBe(422);
  expect((await mine(ROUTES.readMyUsage, { query: { group_by: 'user' } })).status).toBe(422);
  expect((await mine(ROUTES.readUsage)).outcome).toEqual([403, 'forbidden']);
});

test('a key’s last use is known to the minute; being refused is no use', async () => {
  const { user, key } = await newUser();
  const lastUse = async () =>
    (await admin(ROUTES.listKeys, { params: { id: user.id } })).body.data[0]?.last_used_at;
  const use = (created_at: string, status = 200) =>
    record([anEntry({ user_id: user.id, key_id: key.id, created_at, status })]);
  await use('2026-03-01T12:00:00.000Z', 401);
  expect(await lastUse()).toBeNull();
  await use('2026-03-01T12:00:00.000Z');
  expect(await lastUse()).toBe('2026-03-01T12:00:00.000Z');
  await use('2026-03-01T12:00:30.000Z');
  expect(await lastUse()).toBe('2026-03-01T12:00:00.000Z');
  await use('2026-03-01T12:02:00.000Z');
  await use('2026-03-01T11:00:00.000Z');
  expect(await lastUse()).toBe('2026-03-01T12:02:00.000Z');
});
