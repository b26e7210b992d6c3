import { randomBytes } from 'node:crypto';
import { createPepper, generateApiKey } from '@bigdata/models';
import { createLogger, Secret } from '@bigdata/platform';
import { AUDIT, DEFAULT_LIMITS } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createUserRepository } from '../users/user.repository';
import { bootstrapAdmin } from './bootstrap-admin';
import { createKeyRepository } from './key.repository';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const aKey = () => generateApiKey(randomBytes);
const bootstrap = (apiKey: string, pepper = 'pepper'): Promise<void> =>
  bootstrapAdmin({
    db: database.db,
    adminApiKey: new Secret(apiKey),
    pepper: createPepper(pepper),
    logger: createLogger({ service: 'test', level: 'error', format: 'json' }),
  });
const resolve = (keyId: string) => createKeyRepository(database.db, DEFAULT_LIMITS).resolve(keyId);

test('ten instances that start at once make one admin with one key', async () => {
  const { apiKey, keyId } = aKey();
  await Promise.all(Array.from({ length: 10 }, () => bootstrap(apiKey)));
  await bootstrap(apiKey);
  expect(await resolve(keyId)).toMatchObject({ role: 'admin' });
  expect(await database.db.selectFrom('users').select('username').execute()).toEqual([{ username: 'admin' }]);
  expect(await database.db.selectFrom('api_keys').select('id').execute()).toEqual([{ id: keyId }]);
});

test('a restart brings back neither a revoked key nor a disabled admin', async () => {
  const [first, second] = [aKey(), aKey()];
  await bootstrap(first.apiKey);
  const key = await resolve(first.keyId);
  const userId = key?.user_id ?? '';
  await bootstrap(second.apiKey);
  await createKeyRepository(database.db, DEFAULT_LIMITS).revoke(userId, first.keyId, AUDIT);
  await bootstrap(first.apiKey);
  expect(await resolve(first.keyId)).toBeNull();
  await database.db.updateTable('users').set({ disabled: true }).execute();
  await bootstrap(second.apiKey);
  expect(await resolve(second.keyId)).toBeNull();
});

test('a new key is the way back in for an admin who lost every other', async () => {
  const [lost, fresh] = [aKey(), aKey()];
  await bootstrap(lost.apiKey);
  await database.db.updateTable('users').set({ disabled: true, role: 'user' }).execute();
  await bootstrap(fresh.apiKey);
  expect(await resolve(fresh.keyId)).toMatchObject({ role: 'admin' });
  const { data } = await createUserRepository(database.db, DEFAULT_LIMITS).list(undefined, { limit: 10 });
  expect(data).toMatchObject([{ username: 'admin', disabled: false }]);
});

test('a changed pepper gives the key its new hash', async () => {
  const { apiKey, keyId } = aKey();
  await bootstrap(apiKey, 'old pepper');
  const before = await resolve(keyId);
  await bootstrap(apiKey, 'new pepper');
  expect((await resolve(keyId))?.hash).not.toBe(before?.hash);
});
