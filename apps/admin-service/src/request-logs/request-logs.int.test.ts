import { randomUUID } from 'node:crypto';
import { type RequestLogEntry, ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { ADMIN, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';

let database: TestDatabase;
let app: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await runApp({ DATABASE_URL: database.url, REDIS_URL: testServers().redisUrl });
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const anEntry = (more: Partial<RequestLogEntry>): RequestLogEntry => ({
  entry_id: randomUUID(),
  request_id: `req-${randomUUID()}`,
  user_id: null,
  key_id: null,
  method: 'POST',
  route: '/v1/query',
  status: 200,
  code: null,
  latency_ms: 7.625,
  latency_parts_ms: { auth: 0.25, upstream: 6.5 },
  credits: 1,
  rows: 100,
  bytes: 18_231,
  shape: 'where: country eq',
  created_at: '2026-01-01T00:00:00.123Z',
  ...more,
});
const record = (entries: RequestLogEntry[]) => app.as(GATEWAY)(ROUTES.recordRequests, { body: { entries } });
const list = async (query: Record<string, string | number>) =>
  (await app.as(ADMIN)(ROUTES.listLogs, { query })).body;

test('entries that are sent twice are there once, exactly as sent', async () => {
  const user_id = randomUUID();
  const entry = anEntry({ user_id, code: 'insufficient_credits', status: 402 });
  expect((await record([entry])).body).toEqual({ ok: true });
  await record([entry, anEntry({ user_id, created_at: '2025-12-31T23:59:59.999+00:00' })]);
  const { data } = await list({ user_id });
  const { entry_id: _, ...log } = entry;
  expect(data).toHaveLength(2);
  expect(data[0]).toEqual(log);
});

test('a full batch is taken in one call', async () => {
  const user_id = randomUUID();
  await record(Array.from({ length: 1_000 }, () => anEntry({ user_id })));
  expect((await list({ user_id, limit: 1_000 })).page).toMatchObject({ has_more: false });
});

test('pages come newest first without gap or repetition, even among entries of one moment', async () => {
  const user_id = randomUUID();
  const times = ['01', '02', '02', '02', '03'].map((day) => `2026-01-${day}T00:00:00.123Z`);
  await record(times.map((created_at) => anEntry({ user_id, created_at })));
  const all = (await list({ user_id })).data;
  expect(all.map(({ created_at }) => created_at)).toEqual(times.toReversed());
  const paged: unknown[] = [];
  let cursor: string | null = null;
  do {
    const { data, page } = await list({ user_id, limit: 2, ...(cursor === null ? {} : { cursor }) });
    paged.push(...data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(paged).toEqual(all);
});

test('each filter keeps what matches it; from is inclusive, to is not', async () => {
  const user_id = randomUUID();
  const key_id = randomUUID().slice(0, 12);
  await record([
    anEntry({ user_id, key_id, route: '/v1/me', created_at: '2026-02-01T00:00:00.000Z' }),
    anEntry({ user_id, status: 503, code: 'unavailable', created_at: '2026-02-02T00:00:00.000Z' }),
    anEntry({ user_id, created_at: '2026-02-03T00:00:00.000Z' }),
  ]);
  const count = async (filter: Record<string, string | number>) =>
    (await list({ user_id, ...filter })).data.length;
  expect(await count({ key_id })).toBe(1);
  expect(await count({ route: '/v1/me' })).toBe(1);
  expect(await count({ route: '/v1/lookup' })).toBe(0);
  expect(await count({ status: 503 })).toBe(1);
  expect(await count({ code: 'unavailable' })).toBe(1);
  expect(await count({ code: 'rate_limited' })).toBe(0);
  const [newest] = (await list({ user_id })).data;
  expect((await list({ request_id: newest?.request_id ?? '' })).data).toEqual([newest]);
  expect(await count({ from: '2026-02-02T00:00:00Z' })).toBe(2);
  expect(await count({ to: '2026-02-02T00:00:00Z' })).toBe(1);
  expect(await count({ from: '2026-02-02T00:00:00Z', to: '2026-02-03T00:00:00Z' })).toBe(1);
});
