import { randomUUID } from 'node:crypto';
import { ALL_ROUTES, ROUTES } from '@bigdata/models';
import { eventually, openSeverableLink, testServers } from '@bigdata/testing';
import { migrateToLatest } from './db/migrate-database';
import { aCaller, ADMIN, GATEWAY, runApp, type RunningApp } from './test-support/running-app';
import {
  createEmptyDatabase,
  createTestDatabase,
  openTestDatabase,
  type TestDatabase,
} from './test-support/test-database';

const { redisUrl } = testServers();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('who may call', () => {
  const own = ALL_ROUTES.filter(({ service }) => service === 'admin-service');
  const params = { id: randomUUID(), key_id: 'abcdefabcdef', name: 'x.csv' };
  let app: RunningApp;
  beforeAll(async () => {
    app = await runApp({ DATABASE_URL: database.url, REDIS_URL: redisUrl });
  });
  afterAll(() => app.stop());

  test.each(own)('$id answers 401 without an identity', async (contract) => {
    expect((await app.as(null)(contract, { params })).outcome).toEqual([401, 'invalid_api_key']);
  });

  test.each(own.filter(({ access }) => access !== 'user'))('$id answers 403 to a user', async (contract) => {
    expect((await app.as(aCaller('user'))(contract, { params })).outcome).toEqual([403, 'forbidden']);
  });

  test.each(own.filter(({ access }) => access === 'service'))(
    '$id answers 403 to an admin',
    async (contract) => {
      expect((await app.as(ADMIN)(contract, { params })).outcome).toEqual([403, 'forbidden']);
    },
  );

  test.each(own.filter(({ access }) => access !== 'service'))(
    '$id answers 403 to a service',
    async (contract) => {
      expect((await app.as(GATEWAY)(contract, { params })).outcome).toEqual([403, 'forbidden']);
    },
  );
});

describe('while a dependency is away', () => {
  const stateOf = async ({ app }: RunningApp): Promise<Record<string, string>> => {
    const outcomes = await Promise.all(
      Object.entries(app.checks).map(async ([name, check]): Promise<[string, string]> => {
        const outcome = await check().then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        );
        return [name, outcome];
      }),
    );
    return Object.fromEntries(outcomes);
  };
  const READY = { postgres: 'ok', migrations: 'ok', queue: 'ok', bootstrap: 'ok' };

  test('PostgreSQL gone answers 503 with Retry-After, and all works again once it is back', async () => {
    const link = await openSeverableLink(database.url);
    const app = await runApp({ DATABASE_URL: link.url, REDIS_URL: redisUrl });
    try {
      await eventually(async () => expect(await stateOf(app)).toEqual(READY));
      await link.sever();
      const refused = await app.as(ADMIN)(ROUTES.listUsers);
      expect(refused.outcome).toEqual([503, 'unavailable']);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(JSON.stringify(refused.json)).not.toMatch(/postgres|127\.0\.0\.1|ECONN/);
      expect(await stateOf(app)).toMatchObject({ postgres: 'unavailable' });
      await link.mend();
      await eventually(async () => expect((await app.as(ADMIN)(ROUTES.listUsers)).status).toBe(200));
      expect(await stateOf(app)).toEqual(READY);
    } finally {
      await app.stop();
      await link.close();
    }
  });

  test('it starts before its tables are there, says so, and goes on by itself once they are', async () => {
    const empty = await createEmptyDatabase();
    const app = await runApp({ DATABASE_URL: empty.url, REDIS_URL: redisUrl });
    try {
      await eventually(async () =>
        expect(await stateOf(app)).toEqual({ ...READY, migrations: 'unavailable', bootstrap: 'unavailable' }),
      );
      expect((await app.as(ADMIN)(ROUTES.listUsers)).outcome).toEqual([503, 'unavailable']);
      const db = openTestDatabase(empty.url, 2);
      await migrateToLatest(db);
      await db.destroy();
      await eventually(async () => expect(await stateOf(app)).toEqual(READY));
    } finally {
      await app.stop();
      await empty.drop();
    }
  });

  test('it starts with PostgreSQL and Redis away and becomes ready by itself', async () => {
    const links = await Promise.all([openSeverableLink(database.url), openSeverableLink(redisUrl)]);
    const [postgres, redis] = links;
    await Promise.all(links.map((link) => link.sever()));
    const app = await runApp({ DATABASE_URL: postgres.url, REDIS_URL: redis.url });
    try {
      expect(await stateOf(app)).toMatchObject({ postgres: 'unavailable', queue: 'unavailable' });
      await Promise.all(links.map((link) => link.mend()));
      await eventually(async () => expect(await stateOf(app)).toEqual(READY), { timeoutMs: 10_000 });
    } finally {
      await app.stop();
      await Promise.all(links.map((link) => link.close()));
    }
  });
});
