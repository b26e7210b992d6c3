import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { makeUser } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { preparedAhead } from './prepared';
import { inTransaction, type Trx } from './transaction';

const DIVISION_BY_ZERO = '22012';

let test_: TestDatabase;

beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterAll(() => test_.drop());

const setBalanceAhead = (trx: Trx, userId: string, balance: number) =>
  sql`
    ${preparedAhead('test-set-balance')}
    UPDATE wallets SET balance = ${balance}::bigint WHERE user_id = ${userId}::uuid`.execute(trx);

const failAhead = (trx: Trx) => sql`${preparedAhead('test-fail')} SELECT 1 / ${0}::int`.execute(trx);

async function balanceOf(userId: string): Promise<number> {
  const { balance } = await test_.db
    .selectFrom('wallets')
    .select('balance')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return balance;
}

/** More than the pool has connections, so that each of them has to answer. */
async function askAll(): Promise<unknown[]> {
  const asked = Array.from({ length: 20 }, async () => (await sql`SELECT 7 AS n`.execute(test_.db)).rows);
  return Promise.all(asked);
}

test('what is sent ahead is seen by what follows it, and is committed', async () => {
  const userId = await makeUser(test_.db, { credits: 5 });
  const seen = await inTransaction(test_.db, async (trx) => {
    await setBalanceAhead(trx, userId, 4);
    const { rows } = await sql<{
      balance: number;
    }>`SELECT balance FROM wallets WHERE user_id = ${userId}::uuid`.execute(trx);
    await setBalanceAhead(trx, userId, 3);
    return rows;
  });
  expect(seen).toEqual([{ balance: 4 }]);
  expect(await balanceOf(userId)).toBe(3);
});

const one = (trx: Trx) => sql`SELECT 1`.execute(trx);

test.each<[string, (trx: Trx) => Promise<unknown>]>([
  ['the next statement', one],
  ['each of several at once', (trx) => Promise.all([one(trx), one(trx)])],
  ['the commit', () => Promise.resolve()],
])('a failure ahead is told by %s, and nothing stays written', async (_name, goOn) => {
  const userId = await makeUser(test_.db, { credits: 5 });
  const attempt = inTransaction(test_.db, async (trx) => {
    await setBalanceAhead(trx, userId, 1);
    await failAhead(trx);
    await goOn(trx);
  });
  // Division by zero, not the failed transaction that everything behind it meets.
  await expect(attempt).rejects.toMatchObject({ code: DIVISION_BY_ZERO });
  expect(await balanceOf(userId)).toBe(5);
  expect(await askAll()).toEqual(Array.from({ length: 20 }, () => [{ n: 7 }]));
});

test('a transaction that is given up takes back what was sent ahead', async () => {
  const userId = await makeUser(test_.db, { credits: 5 });
  const attempt = inTransaction(test_.db, async (trx) => {
    await setBalanceAhead(trx, userId, 1);
    throw new Error('thought better of it');
  });
  await expect(attempt).rejects.toThrow('thought better of it');
  expect(await balanceOf(userId)).toBe(5);
});

test('two that lock each other out ahead both get through', async () => {
  const users = [await makeUser(test_.db, { credits: 1 }), await makeUser(test_.db, { credits: 1 })];
  const lowerBoth = (order: readonly string[]) =>
    inTransaction(test_.db, async (trx) => {
      for (const userId of order) {
        await sql`
          ${preparedAhead('test-raise')}
          UPDATE wallets SET balance = balance + 1 WHERE user_id = ${userId}::uuid`.execute(trx);
        await sql`SELECT pg_sleep(0.1)`.execute(trx);
      }
    });
  await Promise.all([lowerBoth(users), lowerBoth(users.toReversed())]);
  expect(await Promise.all(users.map(balanceOf))).toEqual([3, 3]);
});

test('a connection that dies behind statements sent ahead is told as such', async () => {
  const userId = await makeUser(test_.db, { credits: 5 });
  const attempt = inTransaction(test_.db, async (trx) => {
    const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
    await setBalanceAhead(trx, userId, 1);
    await sql`SELECT pg_terminate_backend(${rows[0]?.pid})`.execute(test_.db);
    await sql`SELECT ${randomUUID()}`.execute(trx);
  });
  await expect(attempt).rejects.toMatchObject({ code: 'unavailable' });
  expect(await balanceOf(userId)).toBe(5);
});
