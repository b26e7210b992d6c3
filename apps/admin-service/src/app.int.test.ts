import { randomUUID } from 'node:crypto';
import { ALL_ROUTES, hashApiKey, parseApiKey, PROBLEMS } from '@bigdata/models';
import { eventually, openSeverableLink, testServers } from '@bigdata/testing';
import { aCaller, ADMIN, type Answer, GATEWAY, runApp, type RunningApp } from './test-support/running-app';
import {
  createEmptyDatabase,
  createTestDatabase,
  openTestDatabase,
  type TestDatabase,
} from './test-support/test-database';
import { migrateToLatest } from './db/migrate-database';

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

const createUser = (body: object): Promise<Answer> =>
  app.call('POST', '/v1/admin/users', { as: ADMIN, body });
const aName = (): string => `u-${randomUUID()}`;
const problem = (code: keyof typeof PROBLEMS): object => expect.objectContaining({ code }) as object;

const fill = (path: string): string =>
  path.replace('{id}', randomUUID()).replace('{key_id}', 'abcdefabcdef').replace('{name}', 'x.csv');
const OWN_ROUTES = ALL_ROUTES.filter(({ service }) => service === 'admin-service');

describe('who may call', () => {
  test.each(OWN_ROUTES)('$method $path without an identity answers 401', async ({ method, path }) => {
    const { status, body } = await app.call(method, fill(path));
    expect([status, body]).toEqual([401, problem('invalid_api_key')]);
  });

  test.each(OWN_ROUTES.filter(({ access }) => access !== 'user'))(
    '$method $path answers 403 to a user',
    async ({ method, path }) => {
      const { status, body } = await app.call(method, fill(path), { as: aCaller('user') });
      expect([status, body]).toEqual([403, problem('forbidden')]);
    },
  );

  test.each(OWN_ROUTES.filter(({ access }) => access === 'service'))(
    '$method $path answers 403 to an admin',
    async ({ method, path }) => {
      const { status, body } = await app.call(method, fill(path), { as: ADMIN });
      expect([status, body]).toEqual([403, problem('forbidden')]);
    },
  );

  test.each(OWN_ROUTES.filter(({ access }) => access !== 'service'))(
    '$method $path answers 403 to a service',
    async ({ method, path }) => {
      const { status } = await app.call(method, fill(path), { as: GATEWAY });
      expect(status).toBe(403);
    },
  );
});

describe('a user and its credits', () => {
  test('is created with credits and a key that resolves to it; the hash is that of the key shown', async () => {
    const username = aName();
    const created = await createUser({ username, credits: 1_000 });
    expect(created.status).toBe(201);
    expect(created.body.user).toMatchObject({ username, role: 'user', credits: 1_000, disabled: false });
    expect(created.body.user.limits).toEqual([{ name: 'minute', limit: 600, window_s: 60 }]);
    const { id, api_key } = created.body.key;
    expect(parseApiKey(api_key)?.keyId).toBe(id);
    const resolved = await app.call('POST', '/internal/keys/resolve', { as: GATEWAY, body: { key_id: id } });
    expect(resolved.body.key).toEqual({
      id,
      hash: hashApiKey(api_key, 'test-pepper-that-is-long-enough-for-it'),
      user_id: created.body.user.id,
      role: 'user',
      limits: created.body.user.limits,
    });
  });

  test('a taken name answers 409', async () => {
    const username = aName();
    await createUser({ username });
    const { status, body } = await createUser({ username });
    expect([status, body]).toEqual([409, problem('conflict')]);
    expect(body.detail).toContain(username);
  });

  test('sees the own account, balance, open reservations and ledger, and nobody else does', async () => {
    const { body } = await createUser({ username: aName(), credits: 10 });
    const me = aCaller('user', body.user.id);
    const charge = { charge_id: randomUUID(), request_id: 'req-1', user_id: body.user.id, amount: 3 };
    const reserved = await app.call('POST', '/internal/charges/reserve', {
      as: GATEWAY,
      body: { charges: [charge] },
    });
    expect(reserved.body).toEqual({
      outcomes: [{ charge_id: charge.charge_id, reserved: true, balance: 7 }],
    });
    expect((await app.call('GET', '/v1/me', { as: me })).body).toEqual({
      user: { id: body.user.id, username: body.user.username, role: 'user' },
      credits: { balance: 7, reserved: 3 },
      limits: body.user.limits,
    });
    await app.call('POST', '/internal/charges/settle', {
      as: GATEWAY,
      body: { settlements: [{ charge_id: charge.charge_id, action: 'settle' }] },
    });
    const ledger = await app.call('GET', '/v1/me/credits', { as: me });
    expect(ledger.body.data).toMatchObject([
      { kind: 'charge', amount: -3, balance_after: 7, request_id: 'req-1' },
      { kind: 'grant', amount: 10, balance_after: 10, reason: 'opening balance' },
    ]);
    expect((await app.call('GET', '/v1/me/credits', { as: aCaller('user') })).body.data).toEqual([]);
  });

  test('grants are idempotent by key, bare or quoted; another body under the key answers 422', async () => {
    const { body } = await createUser({ username: aName() });
    const path = `/v1/admin/users/${body.user.id}/credits`;
    const grant = (amount: number, key: string): Promise<Answer> =>
      app.call('POST', path, {
        as: ADMIN,
        body: { amount, reason: 'invoice 17' },
        headers: { 'idempotency-key': key },
      });
    const key = randomUUID();
    const first = await grant(500, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      entry: { kind: 'grant', amount: 500, balance_after: 500 },
      balance: 500,
    });
    const again = await grant(500, `"${key}"`);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await grant(501, key);
    expect([other.status, other.body]).toEqual([422, problem('idempotency_key_reused')]);
    const { body: stranger } = await createUser({ username: aName() });
    const elsewhere = await app.call('POST', `/v1/admin/users/${stranger.user.id}/credits`, {
      as: ADMIN,
      body: { amount: 500, reason: 'invoice 17' },
      headers: { 'idempotency-key': key },
    });
    expect([elsewhere.status, elsewhere.body]).toEqual([422, problem('idempotency_key_reused')]);
    expect((await app.call('GET', path, { as: ADMIN })).body.data).toHaveLength(1);
  });

  test('one grant sent ten times at once under one key is written once', async () => {
    const { body } = await createUser({ username: aName() });
    const path = `/v1/admin/users/${body.user.id}/credits`;
    const key = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        app.call('POST', path, {
          as: ADMIN,
          body: { amount: 5, reason: 'x' },
          headers: { 'idempotency-key': key },
        }),
      ),
    );
    expect(new Set(all.map(({ status, body }) => `${status} ${body.entry.id}`)).size).toBe(1);
    expect((await app.call('GET', `/v1/admin/users/${body.user.id}`, { as: ADMIN })).body.user.credits).toBe(
      5,
    );
  });

  test('an adjustment below zero answers 409 with the balance and changes nothing', async () => {
    const { body } = await createUser({ username: aName(), credits: 10 });
    const path = `/v1/admin/users/${body.user.id}/credits`;
    const refused = await app.call('POST', path, { as: ADMIN, body: { amount: -11, reason: 'refund' } });
    expect([refused.status, refused.body]).toEqual([409, problem('conflict')]);
    expect(refused.body.balance).toBe(10);
    const taken = await app.call('POST', path, { as: ADMIN, body: { amount: -10, reason: 'refund' } });
    expect(taken.body).toMatchObject({ entry: { kind: 'adjustment', amount: -10 }, balance: 0 });
  });

  test('a wallet never exceeds what JSON carries exactly', async () => {
    const { body } = await createUser({ username: aName(), credits: Number.MAX_SAFE_INTEGER });
    expect(body.user.credits).toBe(9_007_199_254_740_991);
    const over = await app.call('POST', `/v1/admin/users/${body.user.id}/credits`, {
      as: ADMIN,
      body: { amount: 1, reason: 'one more' },
    });
    expect([over.status, over.body]).toEqual([409, problem('conflict')]);
  });

  test('unknown users answer 404 everywhere', async () => {
    const id = randomUUID();
    const answers = await Promise.all([
      app.call('GET', `/v1/admin/users/${id}`, { as: ADMIN }),
      app.call('PATCH', `/v1/admin/users/${id}`, { as: ADMIN, body: { disabled: false } }),
      app.call('POST', `/v1/admin/users/${id}/keys`, { as: ADMIN, body: {} }),
      app.call('DELETE', `/v1/admin/users/${id}/keys/abcdefabcdef`, { as: ADMIN }),
      app.call('POST', `/v1/admin/users/${id}/credits`, { as: ADMIN, body: { amount: 1, reason: 'x' } }),
      app.call('GET', `/v1/admin/users/${id}/credits`, { as: ADMIN }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  });

  test('a text that cannot be stored answers 422', async () => {
    const { body } = await createUser({ username: aName() });
    const answer = await app.call('POST', `/v1/admin/users/${body.user.id}/credits`, {
      as: ADMIN,
      body: { amount: 1, reason: 'a\u0000b' },
    });
    expect([answer.status, answer.body]).toEqual([422, problem('invalid_request')]);
  });
});

describe('changing users and keys', () => {
  const resolve = async (keyId: string): Promise<unknown> =>
    (await app.call('POST', '/internal/keys/resolve', { as: GATEWAY, body: { key_id: keyId } })).body.key;

  test('rename, role, limits and disabling apply; a disabled user has no working key', async () => {
    const { body } = await createUser({ username: aName(), requests_per_minute: 5 });
    const path = `/v1/admin/users/${body.user.id}`;
    expect(body.user.limits[0].limit).toBe(5);
    const username = aName();
    const changed = await app.call('PATCH', path, {
      as: ADMIN,
      body: { username, disabled: true, requests_per_minute: null },
    });
    expect(changed.body.user).toMatchObject({ username, disabled: true, limits: [{ limit: 600 }] });
    expect(await resolve(body.key.id)).toBeNull();
    await app.call('PATCH', path, { as: ADMIN, body: { disabled: false } });
    expect(await resolve(body.key.id)).toMatchObject({ user_id: body.user.id });
  });

  test('a key is issued with an end, revoked for good, and revoking again changes nothing', async () => {
    const { body } = await createUser({ username: aName() });
    const path = `/v1/admin/users/${body.user.id}/keys`;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const issued = await app.call('POST', path, { as: ADMIN, body: { expires_at: expiresAt } });
    expect(issued.status).toBe(201);
    expect(issued.body.key.expires_at).toBe(expiresAt);
    const { id } = issued.body.key;
    expect(await resolve(id)).not.toBeNull();
    const revoked = await app.call('DELETE', `${path}/${id}`, { as: ADMIN });
    expect(revoked.body.key).toMatchObject({ id, user_id: body.user.id });
    expect(revoked.body.key.revoked_at).not.toBeNull();
    expect((await app.call('DELETE', `${path}/${id}`, { as: ADMIN })).body).toEqual(revoked.body);
    expect(await resolve(id)).toBeNull();
    const read = await app.call('GET', `/v1/admin/users/${body.user.id}`, { as: ADMIN });
    expect(read.body.keys.map((key: { id: string }) => key.id)).toEqual([id, body.key.id]);
  });

  test('a key that would end in the past is refused', async () => {
    const { body } = await createUser({ username: aName() });
    const answer = await app.call('POST', `/v1/admin/users/${body.user.id}/keys`, {
      as: ADMIN,
      body: { expires_at: '2020-01-01T00:00:00Z' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '#/expires_at' }]);
  });

  test('a key belongs to its user: another one cannot revoke it', async () => {
    const [{ body: one }, { body: other }] = [
      await createUser({ username: aName() }),
      await createUser({ username: aName() }),
    ];
    const answer = await app.call('DELETE', `/v1/admin/users/${other.user.id}/keys/${one.key.id}`, {
      as: ADMIN,
    });
    expect(answer.status).toBe(404);
    expect(await resolve(one.key.id)).not.toBeNull();
  });

  test('no change, a secret or a hash is missing from, or in, the audit log', async () => {
    const { body } = await createUser({ username: aName(), credits: 7 });
    const { id } = body.user;
    await app.call('PATCH', `/v1/admin/users/${id}`, { as: ADMIN, body: { disabled: true } });
    const issued = await app.call('POST', `/v1/admin/users/${id}/keys`, { as: ADMIN, body: {} });
    await app.call('DELETE', `/v1/admin/users/${id}/keys/${issued.body.key.id}`, { as: ADMIN });
    await app.call('POST', `/v1/admin/users/${id}/credits`, { as: ADMIN, body: { amount: 1, reason: 'x' } });
    const targets = [`user:${id}`, `key:${issued.body.key.id}`];
    const rows = await database.db
      .selectFrom('audit_log')
      .selectAll()
      .where('target', 'in', targets)
      .orderBy('id')
      .execute();
    expect(rows.map(({ action }) => action)).toEqual([
      'user.create',
      'user.update',
      'key.issue',
      'key.revoke',
      'credits.grant',
    ]);
    const adminId = ADMIN.kind === 'user' ? ADMIN.userId : '';
    expect(rows.every(({ actor, request_id }) => actor === adminId && request_id !== null)).toBe(true);
    expect(rows[1]).toMatchObject({ before: { disabled: false }, after: { disabled: true } });
    const text = JSON.stringify(rows);
    const { hash } = await database.db
      .selectFrom('api_keys')
      .select('hash')
      .where('id', '=', issued.body.key.id)
      .executeTakeFirstOrThrow();
    expect(text).not.toContain(hash);
    expect(text).not.toContain('bd_live_');
    expect(JSON.stringify(app.logLines)).not.toContain(issued.body.key.api_key);
  });
});

describe('lists', () => {
  test('users come newest first, page by page without gap or repetition, and can be searched', async () => {
    const tag = randomUUID();
    for (let index = 0; index < 5; index += 1) await createUser({ username: `${tag}-${index}` });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.call('GET', `/v1/admin/users?limit=2&search=${tag}${cursor}`, { as: ADMIN });
      seen.push(...body.data.map((user: { username: string }) => user.username));
      expect(body.page.has_more).toBe(body.page.next_cursor !== null);
      cursor = body.page.next_cursor === null ? '' : `&cursor=${body.page.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual([4, 3, 2, 1, 0].map((index) => `${tag}-${index}`));
  });

  test.each([
    'x',
    'W10',
    Buffer.from('["users",{"id":"1"}]').toString('base64url'),
    Buffer.from('["jobs",{"id":"0199a000-0000-7000-8000-000000000001"}]').toString('base64url'),
  ])('the cursor %s answers 400', async (cursor) => {
    const { status, body } = await app.call('GET', `/v1/admin/users?cursor=${cursor}`, { as: ADMIN });
    expect([status, body]).toEqual([400, problem('invalid_cursor')]);
  });

  test('request logs are recorded once however often they are sent, and filtered and paged newest first', async () => {
    const userId = randomUUID();
    const entries = Array.from({ length: 5 }, (_, index) => ({
      entry_id: randomUUID(),
      request_id: `req-${index}`,
      user_id: userId,
      key_id: 'abcdefabcdef',
      method: 'POST',
      route: '/v1/query',
      status: index === 0 ? 402 : 200,
      code: index === 0 ? 'insufficient_credits' : null,
      latency_ms: 7.625,
      credits: 1,
      rows: 100,
      bytes: 18_231,
      // Three share a moment: the order among them must still hold over pages.
      created_at: `2026-01-0${Math.min(index, 2) + 1}T00:00:00.123Z`,
    }));
    const record = (): Promise<Answer> =>
      app.call('POST', '/internal/request-logs', { as: GATEWAY, body: { entries } });
    expect((await record()).body).toEqual({ ok: true });
    expect((await record()).body).toEqual({ ok: true });
    const list = async (query: string): Promise<Answer> =>
      app.call('GET', `/v1/admin/logs?user_id=${userId}${query}`, { as: ADMIN });
    const all = (await list('')).body.data;
    expect(all).toHaveLength(5);
    const { entry_id: _, ...oldest } = entries[0]!;
    expect(all[4]).toEqual(oldest);
    const paged: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await list(`&limit=2${cursor}`);
      paged.push(...body.data);
      if (!body.page.has_more) break;
      cursor = `&cursor=${body.page.next_cursor}`;
    }
    expect(paged).toEqual(all);
    expect((await list('&status=402')).body.data).toHaveLength(1);
    expect((await list('&route=/v1/lookup')).body.data).toHaveLength(0);
    expect((await list('&from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z')).body.data).toHaveLength(1);
    expect((await list('&key_id=abcdefabcdef')).body.data).toHaveLength(5);
  });
});

describe('the bootstrap key', () => {
  test('makes the admin once, and works', async () => {
    const keyId = parseApiKey(app.adminKey)!.keyId;
    const key = await eventually(async () => {
      const { body } = await app.call('POST', '/internal/keys/resolve', {
        as: GATEWAY,
        body: { key_id: keyId },
      });
      expect(body.key).not.toBeNull();
      return body.key;
    });
    expect(key.role).toBe('admin');
    const read = await app.call('GET', `/v1/admin/users/${key.user_id}`, { as: ADMIN });
    expect(read.body.user).toMatchObject({ username: 'admin', role: 'admin', disabled: false });
  });

  test('the last working admin can be neither demoted, nor disabled, nor lose the last key', async () => {
    const keyId = parseApiKey(app.adminKey)!.keyId;
    const { body } = await app.call('POST', '/internal/keys/resolve', {
      as: GATEWAY,
      body: { key_id: keyId },
    });
    const path = `/v1/admin/users/${body.key.user_id}`;
    const attempts = [
      await app.call('PATCH', path, { as: ADMIN, body: { role: 'user' } }),
      await app.call('PATCH', path, { as: ADMIN, body: { disabled: true } }),
      await app.call('DELETE', `${path}/keys/${keyId}`, { as: ADMIN }),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([409, 409, 409]);
    const second = await createUser({ username: aName(), role: 'admin' });
    expect((await app.call('PATCH', path, { as: ADMIN, body: { disabled: true } })).status).toBe(200);
    const last = await app.call('PATCH', `/v1/admin/users/${second.body.user.id}`, {
      as: ADMIN,
      body: { role: 'user' },
    });
    expect(last.status).toBe(409);
    await app.call('PATCH', path, { as: ADMIN, body: { disabled: false } });
  });

  test('two admins who disable each other at the same moment leave one', async () => {
    const keyId = parseApiKey(app.adminKey)!.keyId;
    const { body } = await app.call('POST', '/internal/keys/resolve', {
      as: GATEWAY,
      body: { key_id: keyId },
    });
    const others = await database.db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'admin')
      .where('id', '<>', body.key.user_id)
      .execute();
    for (const { id } of others)
      await app.call('PATCH', `/v1/admin/users/${id}`, { as: ADMIN, body: { role: 'user' } });
    const second = await createUser({ username: aName(), role: 'admin' });
    const both = [body.key.user_id as string, second.body.user.id as string];
    const answers = await Promise.all(
      both.map((id) => app.call('PATCH', `/v1/admin/users/${id}`, { as: ADMIN, body: { disabled: true } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await database.db.updateTable('users').set({ disabled: false }).where('id', 'in', both).execute();
  });
});

describe('while a dependency is away', () => {
  const stateOf = async (running: RunningApp): Promise<Record<string, string>> => {
    const outcomes = await Promise.all(
      Object.entries(running.app.checks).map(async ([name, check]) => [
        name,
        await check().then(
          () => 'ok',
          (error: { code: string }) => error.code,
        ),
      ]),
    );
    return Object.fromEntries(outcomes) as Record<string, string>;
  };

  test('PostgreSQL gone answers 503 with Retry-After, and all works again once it is back', async () => {
    const link = await openSeverableLink(database.url);
    const running = await runApp({ DATABASE_URL: link.url, REDIS_URL: testServers().redisUrl });
    try {
      await eventually(async () =>
        expect(await stateOf(running)).toMatchObject({ postgres: 'ok', bootstrap: 'ok' }),
      );
      await link.sever();
      const { status, headers, body } = await running.call('GET', '/v1/admin/users', { as: ADMIN });
      expect([status, body]).toEqual([503, problem('unavailable')]);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expect(JSON.stringify(body)).not.toMatch(/postgres|127\.0\.0\.1|ECONN/);
      expect(await stateOf(running)).toMatchObject({ postgres: 'unavailable' });
      await link.mend();
      await eventually(async () => {
        expect((await running.call('GET', '/v1/admin/users', { as: ADMIN })).status).toBe(200);
      });
      expect(await stateOf(running)).toMatchObject({ postgres: 'ok' });
    } finally {
      await running.stop();
      await link.close();
    }
  }, 30_000);

  test('it starts before its tables are there, says so, and goes on by itself once they are', async () => {
    const empty = await createEmptyDatabase();
    const running = await runApp({ DATABASE_URL: empty.url, REDIS_URL: testServers().redisUrl });
    try {
      await eventually(async () =>
        expect(await stateOf(running)).toEqual({
          postgres: 'ok',
          migrations: 'unavailable',
          queue: 'ok',
          bootstrap: 'unavailable',
        }),
      );
      const db = openTestDatabase(empty.url, 2);
      await Promise.all([migrateToLatest(db), migrateToLatest(db)]);
      await db.destroy();
      await eventually(async () =>
        expect(await stateOf(running)).toEqual({
          postgres: 'ok',
          migrations: 'ok',
          queue: 'ok',
          bootstrap: 'ok',
        }),
      );
    } finally {
      await running.stop();
      await empty.drop();
    }
  }, 30_000);

  test('it starts with PostgreSQL and Redis away and becomes ready by itself', async () => {
    const [postgres, redis] = [
      await openSeverableLink(database.url),
      await openSeverableLink(testServers().redisUrl),
    ];
    await Promise.all([postgres.sever(), redis.sever()]);
    const running = await runApp({ DATABASE_URL: postgres.url, REDIS_URL: redis.url });
    try {
      expect(await stateOf(running)).toMatchObject({ postgres: 'unavailable', queue: 'unavailable' });
      await Promise.all([postgres.mend(), redis.mend()]);
      await eventually(
        async () => expect(Object.values(await stateOf(running))).toEqual(['ok', 'ok', 'ok', 'ok']),
        { timeoutMs: 10_000 },
      );
    } finally {
      await running.stop();
      await Promise.all([postgres.close(), redis.close()]);
    }
  }, 30_000);
});
