import { randomBytes } from 'node:crypto';
import { createPepper, generateApiKey } from '@bigdata/models';
import { AUDIT, DEFAULT_LIMITS, makeUser } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createKeyMint, UNRESTRICTED } from './key-mint';
import { createKeyRepository } from './key.repository';
import { createPepperRepository } from './pepper.repository';

const [CURRENT, PREVIOUS] = [createPepper('the new pepper'), createPepper('the old pepper')];
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const keys = () => createKeyRepository(database.db, DEFAULT_LIMITS);
const peppers = () => createPepperRepository(database.db, CURRENT, [PREVIOUS]);

async function issue(pepper = PREVIOUS) {
  const { stored, shown } = createKeyMint(pepper, randomBytes)(UNRESTRICTED);
  await keys().issue(await makeUser(database.db), stored, AUDIT);
  const renewed = { key_id: stored.id, replaces: stored.hash, hash: CURRENT.hash(shown.api_key) };
  return { ...renewed, pepper_id: CURRENT.id };
}

test('the hash of a key is renewed once it is known, and repeating that changes nothing', async () => {
  const renewed = await issue();
  expect(await keys().resolve(renewed.key_id)).toMatchObject({
    hash: renewed.replaces,
    pepper_id: PREVIOUS.id,
  });
  expect([await peppers().renew(renewed), await peppers().renew(renewed)]).toEqual([true, true]);
  expect(await keys().resolve(renewed.key_id)).toMatchObject({ hash: renewed.hash, pepper_id: CURRENT.id });
});

test('nothing is renewed for a hash that is not there any more, an unknown key, or a pepper that is not the current one', async () => {
  const renewed = await issue();
  const other = '0'.repeat(64);
  expect(await peppers().renew({ ...renewed, replaces: other })).toBe(false);
  expect(await peppers().renew({ ...renewed, key_id: generateApiKey(randomBytes).keyId })).toBe(false);
  expect(await peppers().renew({ ...renewed, pepper_id: PREVIOUS.id })).toBe(false);
  expect(await keys().resolve(renewed.key_id)).toMatchObject({ hash: renewed.replaces });
});

test('working keys are counted by pepper: those under none that is configured, and those without any, stand out', async () => {
  await database.db.deleteFrom('api_keys').execute();
  expect(await peppers().count()).toEqual([
    { id: CURRENT.id, state: 'current', keys: 0 },
    { id: PREVIOUS.id, state: 'previous', keys: 0 },
  ]);
  const forgotten = createPepper('a forgotten pepper');
  const issued = [await issue(CURRENT), await issue(), await issue(), await issue(forgotten), await issue()];
  const unwritten = issued.at(-1)?.key_id ?? '';
  await database.db.updateTable('api_keys').set({ pepper_id: null }).where('id', '=', unwritten).execute();
  const revoked = await issue();
  await database.db
    .updateTable('api_keys')
    .set({ revoked_at: new Date() })
    .where('id', '=', revoked.key_id)
    .execute();
  // The first keys of the users that the keys were issued to.
  await database.db.deleteFrom('api_keys').where('pepper_id', '=', 'test-pepper').execute();
  const counted = await peppers().count();
  expect(counted).toHaveLength(4);
  expect(counted).toEqual(
    expect.arrayContaining([
      { id: CURRENT.id, state: 'current', keys: 1 },
      { id: PREVIOUS.id, state: 'previous', keys: 2 },
      { id: forgotten.id, state: 'unknown', keys: 1 },
      { id: null, state: 'unknown', keys: 1 },
    ]),
  );
});
