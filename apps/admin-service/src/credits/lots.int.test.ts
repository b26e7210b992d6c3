import { type Settlement } from '@bigdata/models';
import fc from 'fast-check';
import { sql } from 'kysely';
import { AUDIT, aCharge, DEFAULT_LIMITS, makeUser, readBooks } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createUserRepository } from '../users/user.repository';
import { type ChargesRepository, createChargesRepository } from './charges.repository';
import { createLedgerRepository, type LedgerRepository } from './ledger.repository';
import { verifyBooks } from './verify-books';

let test_: TestDatabase;
let charges: ChargesRepository;
let ledger: LedgerRepository;

beforeAll(async () => {
  test_ = await createTestDatabase();
  charges = createChargesRepository(test_.db);
  ledger = createLedgerRepository(test_.db);
});
afterAll(() => test_.drop());

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const grant = async (userId: string, amount: number, expiresAt: string | null = null): Promise<number> =>
  Number((await ledger.grant({ userId, amount, reason: 'test', expiresAt }, AUDIT, null)).entry.id);
const reverse = (userId: string, entryId: number) =>
  ledger.reverse({ userId, entryId, reason: 'test' }, AUDIT, null);
const charge = async (userId: string, amount: number): Promise<string> => {
  const [outcome] = await charges.reserve([aCharge(userId, amount)]);
  expect(outcome).toMatchObject({ reserved: true });
  return outcome!.charge_id;
};
const settle = (...settlements: Settlement[]) => charges.settle(settlements);
/** As if its time had come long ago. */
const runOut = (lot: number) =>
  sql`UPDATE credit_lots SET expires_at = now() - interval '1 hour' WHERE id = ${lot}`.execute(test_.db);
/** As if the clock had gone on for one wallet. */
const passDays = (userId: string, days: number) =>
  sql`UPDATE credit_lots SET expires_at = expires_at - make_interval(days => ${days}) WHERE user_id = ${userId}`.execute(
    test_.db,
  );
const remainingOf = async (lot: number): Promise<number> =>
  (
    await test_.db
      .selectFrom('credit_lots')
      .select('remaining')
      .where('id', '=', lot)
      .executeTakeFirstOrThrow()
  ).remaining;
const shownBalance = async (userId: string): Promise<number> =>
  (await createUserRepository(test_.db, DEFAULT_LIMITS).find(userId))!.credits;
const entriesOf = async (userId: string) =>
  (await ledger.list(userId, { limit: 100 })).data.map(({ kind, amount }) => [kind, amount]).reverse();
const expectBooks = async (userId: string, balance: number): Promise<void> => {
  expect(await readBooks(test_.db, userId)).toEqual({ balance, ledgerSum: balance, running: true });
};

describe('burning', () => {
  test('takes what expires soonest first and what never expires last, across the charges of one batch', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const late = await grant(userId, 5, inDays(9));
    const soon = await grant(userId, 5, inDays(2));
    await charges.reserve([aCharge(userId, 3), aCharge(userId, 4), aCharge(userId, 4)]);
    expect([await remainingOf(soon), await remainingOf(late)]).toEqual([0, 0]);
    await expectBooks(userId, 9);
  });

  test('an adjustment downwards burns in the same order', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const lot = await grant(userId, 5, inDays(2));
    await grant(userId, -3);
    expect(await remainingOf(lot)).toBe(2);
    await grant(userId, -12);
    await expectBooks(userId, 0);
  });
});

describe('what has expired', () => {
  test('is neither spent nor shown, swept or not, and is written off before the next charge', async () => {
    const userId = await makeUser(test_.db, { credits: 4 });
    const lot = await grant(userId, 10, inDays(1));
    await charge(userId, 3);
    await runOut(lot);
    expect(await shownBalance(userId)).toBe(4);
    const outcomes = await charges.reserve([aCharge(userId, 3), aCharge(userId, 3)]);
    expect(outcomes.map(({ reserved, balance }) => [reserved, balance])).toEqual([
      [true, 1],
      [false, 1],
    ]);
    expect(await entriesOf(userId)).toEqual([
      ['grant', 4],
      ['grant', 10],
      ['charge', -3],
      ['expiry', -7],
      ['charge', -3],
    ]);
    await expectBooks(userId, 1);
  });

  test('is written off by the sweep, once, and the entry names the grant', async () => {
    const userId = await makeUser(test_.db, { credits: 1 });
    const [first, second] = [await grant(userId, 5, inDays(1)), await grant(userId, 6, inDays(2))];
    await runOut(first);
    await runOut(second);
    await Promise.all([charges.expireDue(100), charges.expireDue(100), charges.expireDue(100)]);
    const expiries = (await ledger.list(userId, { limit: 10 })).data.filter(({ kind }) => kind === 'expiry');
    expect(expiries.map(({ amount, refers_to }) => [amount, Number(refers_to)]).sort()).toEqual([
      [-5, first],
      [-6, second],
    ]);
    await expectBooks(userId, 1);
    expect(await charges.expireDue(100)).toBe(0);
  });

  test('comes back from a release only to be written off at once', async () => {
    const userId = await makeUser(test_.db, { credits: 2 });
    const lot = await grant(userId, 5, inDays(1));
    const chargeId = await charge(userId, 6);
    await runOut(lot);
    await settle({ charge_id: chargeId, action: 'release' });
    expect((await entriesOf(userId)).slice(2)).toEqual([
      ['charge', -6],
      ['release', 6],
      ['expiry', -5],
    ]);
    expect(await remainingOf(lot)).toBe(0);
    await expectBooks(userId, 2);
  });
});

describe('giving back', () => {
  test('a release refills the lots it came from', async () => {
    const userId = await makeUser(test_.db, { credits: 5 });
    const [soon, late] = [await grant(userId, 3, inDays(1)), await grant(userId, 3, inDays(2))];
    const chargeId = await charge(userId, 8);
    await settle({ charge_id: chargeId, action: 'release' });
    expect([await remainingOf(soon), await remainingOf(late)]).toEqual([3, 3]);
    await expectBooks(userId, 11);
  });

  test('a smaller amount than was reserved keeps what was burnt first', async () => {
    const userId = await makeUser(test_.db, { credits: 5 });
    const [soon, late] = [await grant(userId, 3, inDays(1)), await grant(userId, 3, inDays(2))];
    const chargeId = await charge(userId, 8);
    expect(await settle({ charge_id: chargeId, action: 'settle', amount: 4 })).toEqual({ ignored: [] });
    expect([await remainingOf(soon), await remainingOf(late)]).toEqual([0, 2]);
    await expectBooks(userId, 7);
    expect(await settle({ charge_id: chargeId, action: 'settle', amount: 4 })).toEqual({ ignored: [] });
    expect(await settle({ charge_id: chargeId, action: 'settle', amount: 3 })).toEqual({
      ignored: [{ chargeId, state: 'kept' }],
    });
  });

  test('never keeps more than was reserved, and nothing is a release', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const [more, nothing] = [await charge(userId, 2), await charge(userId, 3)];
    await settle(
      { charge_id: more, action: 'settle', amount: 9 },
      { charge_id: nothing, action: 'settle', amount: 0 },
    );
    await expectBooks(userId, 8);
    expect(await settle({ charge_id: nothing, action: 'release' })).toEqual({ ignored: [] });
  });
});

describe('reversing', () => {
  test('a grant takes back what is left of it first, once', async () => {
    const userId = await makeUser(test_.db, { credits: 5 });
    const soon = await grant(userId, 5, inDays(1));
    const late = await grant(userId, 5, inDays(2));
    expect(await reverse(userId, late)).toMatchObject({
      entry: { kind: 'adjustment', amount: -5, refers_to: String(late) },
      balance: 10,
    });
    expect([await remainingOf(soon), await remainingOf(late)]).toEqual([5, 0]);
    await expect(reverse(userId, late)).rejects.toMatchObject({ code: 'conflict' });
    await expectBooks(userId, 10);
  });

  test('a grant that was spent is refused', async () => {
    const userId = await makeUser(test_.db, { credits: 0 });
    const entry = await grant(userId, 5);
    await charge(userId, 1);
    await expect(reverse(userId, entry)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('an adjustment and a charge come back; of a charge only what was kept', async () => {
    const userId = await makeUser(test_.db, { credits: 20 });
    const lowered = await grant(userId, -4);
    const chargeId = await charge(userId, 10);
    const { data } = await ledger.list(userId, { limit: 1 });
    const entry = Number(data[0]!.id);
    await expect(reverse(userId, entry)).rejects.toMatchObject({ code: 'conflict' });
    await settle({ charge_id: chargeId, action: 'settle', amount: 7 });
    expect((await reverse(userId, entry)).entry).toMatchObject({ kind: 'adjustment', amount: 7 });
    expect((await reverse(userId, lowered)).entry).toMatchObject({ kind: 'adjustment', amount: 4 });
    await expectBooks(userId, 20);
  });

  test('what was given back, what expired, a reversal and the entry of another user are refused', async () => {
    const [userId, stranger] = [
      await makeUser(test_.db, { credits: 9 }),
      await makeUser(test_.db, { credits: 9 }),
    ];
    const lot = await grant(userId, 5, inDays(1));
    await runOut(lot);
    await charges.expireDue(100);
    await settle({ charge_id: await charge(userId, 2), action: 'release' });
    await reverse(userId, await grant(userId, -1));
    const { data } = await ledger.list(userId, { limit: 10 });
    const idOf = (wanted: (entry: (typeof data)[number]) => boolean) => Number(data.find(wanted)!.id);
    for (const entry of [
      idOf(({ kind }) => kind === 'charge'),
      idOf(({ kind }) => kind === 'release'),
      idOf(({ kind }) => kind === 'expiry'),
      idOf(({ kind, refers_to: about }) => kind === 'adjustment' && about !== null),
    ]) {
      await expect(reverse(userId, entry)).rejects.toMatchObject({ code: 'conflict' });
    }
    await expect(reverse(stranger, lot)).rejects.toMatchObject({ code: 'not_found' });
    await expectBooks(userId, 9);
  });

  test('ten times at once is done once', async () => {
    const userId = await makeUser(test_.db, { credits: 0 });
    const entry = await grant(userId, 5);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => reverse(userId, entry)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expectBooks(userId, 0);
  });
});

type Step =
  | { kind: 'grant'; amount: number; days: number | null }
  | { kind: 'charge'; amounts: number[] }
  | { kind: 'end'; index: number; keep: number }
  | { kind: 'lower'; amount: number }
  | { kind: 'pass'; days: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('grant' as const),
    amount: fc.integer({ min: 1, max: 12 }),
    days: fc.option(fc.integer({ min: 1, max: 5 })),
  }),
  fc.record({
    kind: fc.constant('charge' as const),
    amounts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('end' as const), index: fc.nat(12), keep: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ kind: fc.constant('lower' as const), amount: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 3 }) }),
);

test('any order of granting, charging, ending, lowering and passing days agrees with credits moved one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const userId = await makeUser(test_.db);
      const lots: { id: number; expiresOn: number }[] = [];
      let today = 0;
      /** The lot of each credit in the wallet, soonest-expiring first; Infinity: in none. */
      let wallet: number[] = [];
      const open: { id: string; taken: number[] }[] = [];
      const expiryOf = (lot: number): number => lots[lot]?.expiresOn ?? Infinity;
      const tidy = (): void => {
        wallet = wallet
          .filter((lot) => expiryOf(lot) > today)
          .sort((a, b) => (a === b ? 0 : expiryOf(a) - expiryOf(b)));
      };

      for (const action of steps) {
        if (action.kind === 'grant') {
          const { amount, days } = action;
          // Each lot its own moment, so that the order is the model's and not the clock's.
          const lasts = days === null ? Infinity : days + lots.length / 1_000;
          const id = await grant(userId, amount, days === null ? null : inDays(lasts));
          const lot = days === null ? Infinity : lots.push({ id, expiresOn: today + lasts }) - 1;
          wallet.push(...Array.from({ length: amount }, () => lot));
        } else if (action.kind === 'charge') {
          const batch = action.amounts.map((amount) => aCharge(userId, amount));
          const outcomes = await charges.reserve(batch);
          let fits = true;
          for (const [index, { charge_id, amount }] of batch.entries()) {
            fits &&= amount <= wallet.length;
            if (fits) open.push({ id: charge_id, taken: wallet.splice(0, amount) });
            expect(outcomes[index]).toEqual({ charge_id, reserved: fits, balance: wallet.length });
          }
        } else if (action.kind === 'end') {
          const [ended] = open.splice(action.index, 1);
          if (!ended) continue;
          await settle({ charge_id: ended.id, action: 'settle', amount: action.keep });
          wallet.push(...ended.taken.slice(action.keep));
        } else if (action.kind === 'lower') {
          if (action.amount > wallet.length) continue;
          await grant(userId, -action.amount);
          wallet.splice(0, action.amount);
        } else {
          await passDays(userId, action.days);
          today += action.days;
        }
        tidy();
        expect(await shownBalance(userId)).toBe(wallet.length);
      }
      await charges.expireDue(1_000);
      await expectBooks(userId, wallet.length);
      for (const [index, { id }] of lots.entries()) {
        expect(await remainingOf(id)).toBe(wallet.filter((lot) => lot === index).length);
      }
      const { drift, discrepancies } = await verifyBooks(test_.db);
      expect([drift, discrepancies.filter(({ user_id }) => user_id === userId)]).toEqual([0, []]);
    }),
    { numRuns: 60 },
  );
}, 120_000);
