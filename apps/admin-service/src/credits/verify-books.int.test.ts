import { sql } from 'kysely';
import { AUDIT, aCharge, makeUser } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createChargesRepository } from './charges.repository';
import { createLedgerRepository } from './ledger.repository';
import { verifyBooks } from './verify-books';

let test_: TestDatabase;
let userId: string;
let chargeId: string;
let lot: number;

beforeEach(async () => {
  test_ = await createTestDatabase();
  userId = await makeUser(test_.db, { credits: 10 });
  const ledger = createLedgerRepository(test_.db);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const grant = { userId, amount: 5, reason: 'trial', expiresAt };
  lot = Number((await ledger.grant(grant, AUDIT, null)).entry.id);
  const charges = createChargesRepository(test_.db);
  const [first, second, third] = [aCharge(userId, 4), aCharge(userId, 3), aCharge(userId, 1)];
  await charges.reserve([first, second, third]);
  await charges.settle([
    { charge_id: first.charge_id, action: 'settle', amount: 2 },
    { charge_id: second.charge_id, action: 'release' },
  ]);
  chargeId = third.charge_id;
});
afterEach(() => test_.drop());

const wrong = async () =>
  (await verifyBooks(test_.db)).discrepancies.map(({ what, id, expected, found }) => [
    what,
    id,
    expected,
    found,
  ]);

test('books that were only ever kept by the service agree', async () => {
  await makeUser(test_.db);
  expect(await verifyBooks(test_.db)).toEqual({
    wallets: 2,
    entries: 7,
    credits: 12,
    drift: 0,
    discrepancies: [],
  });
});

test('a balance that is not the sum of its ledger is found, with the credits that are missing', async () => {
  await sql`UPDATE wallets SET balance = balance - 5 WHERE user_id = ${userId}`.execute(test_.db);
  expect(await wrong()).toEqual([['balance', userId, 12, 7]]);
  expect((await verifyBooks(test_.db)).drift).toBe(5);
});

test('an entry that is gone shows in its balance, in those after it and in what hung on it', async () => {
  await sql`ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only`.execute(test_.db);
  await sql`DELETE FROM ledger_entries WHERE kind = 'charge' AND charge_id = ${chargeId}`.execute(test_.db);
  const found = await wrong();
  expect(found).toContainEqual(['balance', userId, 13, 12]);
  expect(found.filter(([what]) => what === 'balance_after')).toHaveLength(2);
  expect(found).toContainEqual(['charge', chargeId, null, 1]);
});

test('a lot that holds more than the ledger leaves it is found, and one that is missing', async () => {
  const expected = (await verifyBooks(test_.db)).discrepancies;
  expect(expected).toEqual([]);
  const { remaining } = await test_.db
    .selectFrom('credit_lots')
    .select('remaining')
    .where('id', '=', lot)
    .executeTakeFirstOrThrow();
  await sql`UPDATE credit_lots SET remaining = granted WHERE id = ${lot}`.execute(test_.db);
  expect(await wrong()).toEqual([['lot', String(lot), remaining, 5]]);
  await sql`DELETE FROM credit_lots WHERE id = ${lot}`.execute(test_.db);
  expect(await wrong()).toEqual([['lot', String(lot), remaining, null]]);
});

test('a reservation that is open although its charge came back is found', async () => {
  const charges = createChargesRepository(test_.db);
  await charges.settle([{ charge_id: chargeId, action: 'release' }]);
  await sql`
    INSERT INTO reservations (charge_id, user_id, amount, request_id)
    VALUES (${chargeId}, ${userId}, 1, 'r')`.execute(test_.db);
  expect(await wrong()).toEqual([['charge', chargeId, 1, 1]]);
});
