import { randomUUID } from 'node:crypto';
import { ROUTES, createPepper, parseApiKey } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import {
  aCaller,
  ADMIN,
  type Calls,
  GATEWAY,
  KEY_PEPPER,
  runApp,
  type RunningApp,
} from '../test-support/running-app';
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

const aName = (): string => `u-${randomUUID()}`;
const newUser = async (more: object = {}) =>
  (await admin(ROUTES.createUser, { body: { username: aName(), ...more } })).body;
const resolve = async (keyId: string) =>
  (await app.as(GATEWAY)(ROUTES.resolveKey, { body: { key_id: keyId } })).body.key;

describe('a user', () => {
  test('is created with credits and a key that resolves to it, by the hash of the key shown', async () => {
    const username = aName();
    const { user, key } = await newUser({ username, credits: 1_000 });
    const limits = [{ name: 'minute', limit: 600, window_s: 60 }];
    expect(user).toMatchObject({ username, role: 'user', credits: 1_000, disabled: false, limits });
    expect(parseApiKey(key.api_key)?.keyId).toBe(key.id);
    expect(await resolve(key.id)).toEqual({
      id: key.id,
      hash: createPepper(KEY_PEPPER).hash(key.api_key),
      pepper_id: createPepper(KEY_PEPPER).id,
      user_id: user.id,
      role: 'user',
      scopes: null,
      allowed_addresses: null,
      fields: null,
      limits,
      in_flight_max: null,
      query_limits: null,
      prices: null,
      erasure_mark: expect.any(String) as string,
    });
  });

  test('cannot have a name that is taken, and then nothing of it is there', async () => {
    const { user } = await newUser();
    const changes = () =>
      database.db.selectFrom('audit_log').select('id').where('actor', '=', ADMIN.userId).execute();
    const before = await changes();
    const refused = await admin(ROUTES.createUser, { body: { username: user.username, credits: 5 } });
    expect(refused.outcome).toEqual([409, 'conflict']);
    expect(refused.problem.detail).toContain(user.username);
    const other = await newUser();
    const renamed = await admin(ROUTES.updateUser, {
      params: { id: other.user.id },
      body: { username: user.username },
    });
    expect(renamed.outcome).toEqual([409, 'conflict']);
    expect(await changes()).toHaveLength(before.length + 1);
  });

  test('is renamed, limited and disabled; while it is disabled its keys do not work', async () => {
    const { user, key } = await newUser({ requests_per_minute: 5 });
    expect(user.limits).toMatchObject([{ limit: 5 }]);
    const params = { id: user.id };
    const username = aName();
    const body = { username, disabled: true, requests_per_minute: null };
    const changed = (await admin(ROUTES.updateUser, { params, body })).body.user;
    expect(changed).toMatchObject({ username, disabled: true, limits: [{ limit: 600 }] });
    expect(await resolve(key.id)).toBeNull();
    await admin(ROUTES.updateUser, { params, body: { disabled: false } });
    expect(await resolve(key.id)).toMatchObject({ user_id: user.id });
    expect((await admin(ROUTES.readUser, { params })).body.user).toEqual({ ...changed, disabled: false });
  });

  test('sees the own account and open reservations', async () => {
    const { user } = await newUser({ credits: 10 });
    const charge = { charge_id: randomUUID(), request_id: 'req-1', user_id: user.id, amount: 3 };
    await app.as(GATEWAY)(ROUTES.reserveCharges, { body: { charges: [charge] } });
    const { id, username, role, limits } = user;
    expect((await app.as(aCaller('user', id))(ROUTES.readMe)).body).toEqual({
      user: { id, username, role },
      credits: { balance: 7, reserved: 3 },
      plan: null,
      limits,
      in_flight_max: null,
    });
  });

  test('that does not exist answers 404 everywhere', async () => {
    const params = { id: randomUUID() };
    const answers = await Promise.all([
      admin(ROUTES.readUser, { params }),
      admin(ROUTES.updateUser, { params, body: { disabled: false } }),
      admin(ROUTES.issueKey, { params, body: {} }),
      admin(ROUTES.revokeKey, { params: { ...params, key_id: 'abcdefabcdef' } }),
      admin(ROUTES.grantCredits, { params, body: { amount: 1, reason: 'x' } }),
      admin(ROUTES.listCredits, { params }),
    ]);
    for (const { outcome } of answers) expect(outcome).toEqual([404, 'not_found']);
  });
});

describe('the list of users', () => {
  const pageOf = async (search: string, cursor: string | null) =>
    (await admin(ROUTES.listUsers, { query: { limit: 2, search, ...(cursor === null ? {} : { cursor }) } }))
      .body;

  test('comes newest first, page by page without gap or repetition, and can be searched', async () => {
    const tag = randomUUID();
    for (let index = 0; index < 5; index += 1) await newUser({ username: `${tag}-${index}` });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { data, page } = await pageOf(tag.toUpperCase(), cursor);
      seen.push(...data.map(({ username }) => username));
      expect(page.has_more).toBe(page.next_cursor !== null);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((index) => `${tag}-${index}`));
  });

  test('takes a search for what it is: % and _ stand for themselves', async () => {
    await newUser({ username: 'under_score' });
    expect((await admin(ROUTES.listUsers, { query: { search: 'under%' } })).body.data).toEqual([]);
    expect((await admin(ROUTES.listUsers, { query: { search: 'r_s' } })).body.data).toHaveLength(1);
  });

  test('refuses a cursor that it did not give', async () => {
    for (const cursor of [
      'x',
      Buffer.from('["jobs",{"id":"0199a000-0000-7000-8000-000000000001"}]').toString('base64url'),
    ]) {
      expect((await admin(ROUTES.listUsers, { query: { cursor } })).outcome).toEqual([400, 'invalid_cursor']);
    }
  });
});

describe('a key', () => {
  test('is issued with an end, revoked for good, and revoking it again changes nothing', async () => {
    const { user, key: first } = await newUser();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const { key } = (await admin(ROUTES.issueKey, { params: { id: user.id }, body: { expires_at } })).body;
    expect(key.expires_at).toBe(expires_at);
    expect(await resolve(key.id)).not.toBeNull();
    const params = { id: user.id, key_id: key.id };
    const revoked = (await admin(ROUTES.revokeKey, { params })).body;
    expect(revoked.key).toMatchObject({
      id: key.id,
      user_id: user.id,
      revoked_at: expect.any(String) as string,
    });
    expect((await admin(ROUTES.revokeKey, { params })).body).toEqual(revoked);
    expect(await resolve(key.id)).toBeNull();
    const { keys } = (await admin(ROUTES.readUser, { params: { id: user.id } })).body;
    expect(keys.map(({ id }) => id)).toEqual([key.id, first.id]);
  });

  test('stops working when its end comes', async () => {
    const { user, key } = await newUser();
    const past = new Date(Date.now() - 1_000);
    await database.db
      .updateTable('api_keys')
      .set({ expires_at: past })
      .where('user_id', '=', user.id)
      .execute();
    expect(await resolve(key.id)).toBeNull();
  });

  test('cannot end in the past', async () => {
    const { user } = await newUser();
    const body = { expires_at: '2020-01-01T00:00:00Z' };
    const refused = await admin(ROUTES.issueKey, { params: { id: user.id }, body });
    expect(refused.status).toBe(422);
    expect(refused.problem.errors).toMatchObject([{ pointer: '#/expires_at' }]);
  });

  test('is not found under another user', async () => {
    const [one, other] = [await newUser(), await newUser()];
    const params = { id: other.user.id, key_id: one.key.id };
    expect((await admin(ROUTES.revokeKey, { params })).outcome).toEqual([404, 'not_found']);
    expect(await resolve(one.key.id)).not.toBeNull();
  });
});

test('every change is in the audit log with its author, and no key or hash is, nor in a log line', async () => {
  const { user, key } = await newUser({ credits: 7 });
  const params = { id: user.id };
  await admin(ROUTES.updateUser, { params, body: { disabled: true } });
  const issued = (await admin(ROUTES.issueKey, { params, body: {} })).body.key;
  await admin(ROUTES.revokeKey, { params: { ...params, key_id: issued.id } });
  await admin(ROUTES.grantCredits, { params, body: { amount: 1, reason: 'x' } });
  const rows = await database.db
    .selectFrom('audit_log')
    .selectAll()
    .where('target', 'in', [`user:${user.id}`, `key:${issued.id}`])
    .orderBy('id')
    .execute();
  expect(rows.map(({ action }) => action)).toEqual([
    'user.create',
    'user.update',
    'key.issue',
    'key.revoke',
    'credits.grant',
  ]);
  expect(rows[1]).toMatchObject({ before: { disabled: false }, after: { disabled: true } });
  expect(rows.every(({ actor, request_id }) => actor === ADMIN.userId && request_id !== null)).toBe(true);
  const hashes = await database.db
    .selectFrom('api_keys')
    .select('hash')
    .where('user_id', '=', user.id)
    .execute();
  const text = JSON.stringify([rows, app.logLines]);
  for (const secret of [key.api_key, issued.api_key, ...hashes.map(({ hash }) => hash)]) {
    expect(text).not.toContain(secret);
  }
});

describe('the admins', () => {
  const bootstrapped = () =>
    eventually(async () => {
      const key = await resolve(parseApiKey(app.adminKey)?.keyId ?? '');
      if (!key) throw new Error('the bootstrap key is not there yet');
      return key;
    });
  const setDisabled = (id: string, disabled: boolean) =>
    admin(ROUTES.updateUser, { params: { id }, body: { disabled } });

  test('begin with the key of the configuration', async () => {
    const key = await bootstrapped();
    expect(key.role).toBe('admin');
    const { user } = (await admin(ROUTES.readUser, { params: { id: key.user_id } })).body;
    expect(user).toMatchObject({ username: 'admin', role: 'admin', disabled: false });
  });

  test('never end: the last one with a working key keeps role, account and key', async () => {
    const { id: keyId, user_id: id } = await bootstrapped();
    const refused = [
      await admin(ROUTES.updateUser, { params: { id }, body: { role: 'user' } }),
      await setDisabled(id, true),
      await admin(ROUTES.revokeKey, { params: { id, key_id: keyId } }),
    ];
    for (const { outcome } of refused) expect(outcome).toEqual([409, 'conflict']);
    expect(await resolve(keyId)).toMatchObject({ role: 'admin' });

    const second = await newUser({ role: 'admin' });
    expect((await setDisabled(id, true)).status).toBe(200);
    expect((await setDisabled(second.user.id, true)).outcome).toEqual([409, 'conflict']);
    await setDisabled(id, false);
    expect((await setDisabled(second.user.id, true)).status).toBe(200);
  });

  test('who disable each other at the same moment leave one', async () => {
    const { user_id: first } = await bootstrapped();
    const second = await newUser({ role: 'admin' });
    const answers = await Promise.all([setDisabled(first, true), setDisabled(second.user.id, true)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await Promise.all([setDisabled(first, false), setDisabled(second.user.id, false)]);
  });
});
