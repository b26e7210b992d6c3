import { randomUUID } from 'node:crypto';
import { parseApiKey, ROUTES } from '@bigdata/models';
import { testServers } from '@bigdata/testing';
import { ADMIN, type Calls, GATEWAY, runApp, type RunningApp } from '../test-support/running-app';
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

const newUser = async (more: object = {}) =>
  (await admin(ROUTES.createUser, { body: { username: `u-${randomUUID()}`, ...more } })).body;
const resolve = async (keyId: string) =>
  (await app.as(GATEWAY)(ROUTES.resolveKey, { body: { key_id: keyId } })).body.key;
const RIGHTS = {
  name: 'nightly export',
  scopes: ['query', 'stats'],
  allowed_addresses: ['192.0.2.0/24', '2001:db8::1'],
  fields: ['record_id', 'email'],
};

describe('a key', () => {
  test('is issued with a name and rights, which it resolves to and is listed with', async () => {
    const { user, key: first } = await newUser();
    const params = { id: user.id };
    const { key } = (await admin(ROUTES.issueKey, { params, body: RIGHTS })).body;
    expect(key).toMatchObject({ ...RIGHTS, expires_at: null });
    const { name, ...rights } = RIGHTS;
    expect(await resolve(key.id)).toMatchObject({ ...rights, user_id: user.id });
    const { data } = (await admin(ROUTES.listKeys, { params })).body;
    expect(data.map(({ id }) => id)).toEqual([key.id, first.id]);
    expect(data[0]).toMatchObject({ ...rights, name, last_used_at: null, replaced_by: null });
  });

  test.each([
    ['a scope that is none', { scopes: ['everything'] }],
    ['no scope at all', { scopes: [] }],
    ['an address that is none', { allowed_addresses: ['192.0.2.300'] }],
    ['a range that is none', { allowed_addresses: ['192.0.2.0/33'] }],
    ['a field that is none', { fields: ['password'] }],
    ['a member that is none', { scope: ['query'] }],
  ])('is not issued with %s', async (_what, body) => {
    const { user } = await newUser();
    expect((await admin(ROUTES.issueKey, { params: { id: user.id }, body })).outcome).toEqual([
      422,
      'invalid_request',
    ]);
  });

  test('is listed page by page, without gap or repetition', async () => {
    const { user, key: first } = await newUser();
    const params = { id: user.id };
    const issued = [first.id];
    for (let index = 0; index < 4; index += 1) {
      issued.unshift((await admin(ROUTES.issueKey, { params, body: {} })).body.key.id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string | number> = { limit: 2, ...(cursor === null ? {} : { cursor }) };
      const { data, page } = (await admin(ROUTES.listKeys, { params, query })).body;
      seen.push(...data.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(issued.toSorted());
    expect(seen.at(0)).toBe(issued.at(0));
    expect((await admin(ROUTES.listKeys, { params: { id: randomUUID() } })).outcome).toEqual([
      404,
      'not_found',
    ]);
  });
});

describe('a rotated key', () => {
  const rotate = (userId: string, keyId: string, body: object) =>
    admin(ROUTES.rotateKey, { params: { id: userId, key_id: keyId }, body });

  test('goes on working until its grace ends, and its rights are the new one’s', async () => {
    const { user } = await newUser();
    const old = (await admin(ROUTES.issueKey, { params: { id: user.id }, body: RIGHTS })).body.key;
    const beforeMs = Date.now();
    const { key, replaced } = (await rotate(user.id, old.id, { grace_s: 60 })).body;
    expect(parseApiKey(key.api_key)?.keyId).toBe(key.id);
    expect(key).toMatchObject({ ...RIGHTS, expires_at: null });
    expect(replaced).toMatchObject({ id: old.id, replaced_by: key.id, revoked_at: null });
    const graceMs = Date.parse(replaced.expires_at ?? '') - beforeMs;
    expect(graceMs).toBeGreaterThan(55_000);
    expect(graceMs).toBeLessThan(65_000);
    expect(await resolve(old.id)).not.toBeNull();
    expect(await resolve(key.id)).not.toBeNull();
    await database.db
      .updateTable('api_keys')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', old.id)
      .execute();
    expect(await resolve(old.id)).toBeNull();
  });

  test('stops at once without grace', async () => {
    const { user, key: old } = await newUser();
    const { key, replaced } = (await rotate(user.id, old.id, { grace_s: 0 })).body;
    expect(replaced.revoked_at).not.toBeNull();
    expect(await resolve(old.id)).toBeNull();
    expect(await resolve(key.id)).not.toBeNull();
  });

  test('never lives longer than it would have, and the new one ends as asked', async () => {
    const { user } = await newUser();
    const params = { id: user.id };
    const soon = new Date(Date.now() + 30_000).toISOString();
    const later = new Date(Date.now() + 90_000).toISOString();
    const old = (await admin(ROUTES.issueKey, { params, body: { expires_at: soon } })).body.key;
    const { key, replaced } = (await rotate(user.id, old.id, { grace_s: 3_600, expires_at: later })).body;
    expect([replaced.expires_at, key.expires_at]).toEqual([soon, later]);
    const again = (await rotate(user.id, key.id, {})).body;
    expect(again.key.expires_at).toBe(later);
  });

  test('is not rotated twice, not even at once, and neither is one that does not work', async () => {
    const { user, key: old } = await newUser();
    const answers = await Promise.all([rotate(user.id, old.id, {}), rotate(user.id, old.id, {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const other = await newUser();
    await admin(ROUTES.revokeKey, { params: { id: other.user.id, key_id: other.key.id } });
    expect((await rotate(other.user.id, other.key.id, {})).outcome).toEqual([409, 'conflict']);
    expect((await rotate(user.id, other.key.id, {})).outcome).toEqual([404, 'not_found']);
  });

  test('of the last admin leaves an admin: the new key may do what the old one might', async () => {
    const boss = await newUser({ role: 'admin' });
    const params = { id: boss.user.id };
    const { key } = (await rotate(boss.user.id, boss.key.id, { grace_s: 0 })).body;
    const narrow = (await admin(ROUTES.issueKey, { params, body: { scopes: ['query'] } })).body.key;
    await database.db.updateTable('users').set({ disabled: true }).where('id', '!=', boss.user.id).execute();
    const revoke = (keyId: string) => admin(ROUTES.revokeKey, { params: { ...params, key_id: keyId } });
    expect((await revoke(key.id)).outcome).toEqual([409, 'conflict']);
    expect((await revoke(narrow.id)).status).toBe(200);
  });
});
