import { randomUUID } from 'node:crypto';
import { type Charge } from '@bigdata/models';
import fc from 'fast-check';
import { sql } from 'kysely';
import { AUDIT, aCharge, DEFAULT_LIMITS, makeUser, readBooks } from '../test-support/builders';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database';
import { createUserRepository } from '../users/user.repository';
import { type ChargesRepository, createChargesRepository } from './charges.repository';
import { createLedgerRepository } from './ledger.repository';
import { verifyBooks } from './verify-books';

let test_: TestDatabase;
let charges: ChargesRepository;

beforeAll(async () => {
  test_ = await createTestDatabase();
  charges = createChargesRepository(test_.db);
});
afterAll(() => test_.drop());

const booksOf = (userId: string) => readBooks(test_.db, userId);

describe('reserving', () => {
  test('60 calls at once on 30 credits reserve exactly 30', async () => {
    const userId = await makeUser(test_.db, { credits: 30 });
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async () => (await charges.reserve([aCharge(userId)]))[0]!),
    );
    expect(outcomes.filter(({ reserved }) => reserved)).toHaveLength(30);
    expect(await booksOf(userId)).toEqual({ balance: 0, ledgerSum: 0, running: true });
  });

  test('outcomes come in the order asked, over several wallets, each with its balance after the charge', async () => {
    const rich = await makeUser(test_.db, { credits: 10 });
    const poor = await makeUser(test_.db, { credits: 3 });
    const batch = [aCharge(rich, 4), aCharge(poor, 2), aCharge(rich, 4), aCharge(poor, 2), aCharge(rich, 4)];
    const outcomes = await charges.reserve(batch);
    expect(outcomes).toEqual(
      [
        [true, 6],
        [true, 1],
        [true, 2],
        [false, 1],
        [false, 2],
      ].map(([reserved, balance], index) => ({ charge_id: batch[index]!.charge_id, reserved, balance })),
    );
  });

  test('after a charge that does not fit, a smaller one of the same batch is refused too', async () => {
    const userId = await makeUser(test_.db, { credits: 5 });
    const outcomes = await charges.reserve([aCharge(userId, 3), aCharge(userId, 3), aCharge(userId, 1)]);
    expect(outcomes.map(({ reserved }) => reserved)).toEqual([true, false, false]);
    expect((await booksOf(userId)).balance).toBe(2);
  });

  test('a repeated charge is answered as the first time and taken once, alone or within a batch', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const charge = aCharge(userId, 4);
    const first = await charges.reserve([charge, charge]);
    await charges.reserve([aCharge(userId, 6)]);
    const again = await charges.reserve([aCharge(userId, 1), charge]);
    expect(first[1]).toEqual(first[0]);
    expect(again[1]).toEqual({ charge_id: charge.charge_id, reserved: true, balance: 6 });
    expect(again[0]).toMatchObject({ reserved: false, balance: 0 });
    expect(await booksOf(userId)).toEqual({ balance: 0, ledgerSum: 0, running: true });
  });

  test('a charge that came back is not answered as taken, and a new id takes it', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const charge = aCharge(userId, 4);
    await charges.reserve([charge]);
    await charges.settle([{ charge_id: charge.charge_id, action: 'release' }]);
    expect(await charges.reserve([charge, aCharge(userId, 1)])).toMatchObject([
      { charge_id: charge.charge_id, reserved: false, balance: 9, given_back: true },
      { reserved: true, balance: 9 },
    ]);
    expect(await booksOf(userId)).toEqual({ balance: 9, ledgerSum: 9, running: true });
  });

  test('the same batch sent ten times at once is taken once and refuses nothing that fits', async () => {
    const userId = await makeUser(test_.db, { credits: 20 });
    const batch = Array.from({ length: 20 }, () => aCharge(userId));
    const all = await Promise.all(Array.from({ length: 10 }, () => charges.reserve(batch)));
    expect(all.flat().every(({ reserved }) => reserved)).toBe(true);
    expect(await booksOf(userId)).toEqual({ balance: 0, ledgerSum: 0, running: true });
  });

  test('two charges under one request id are two charges', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const charge = aCharge(userId);
    await charges.reserve([charge, { ...charge, charge_id: randomUUID() }]);
    expect((await booksOf(userId)).balance).toBe(8);
  });

  test('an unknown and a disabled user have nothing to take', async () => {
    const disabled = await makeUser(test_.db, { credits: 10 });
    await createUserRepository(test_.db, DEFAULT_LIMITS).update(disabled, { disabled: true }, AUDIT);
    const outcomes = await charges.reserve([aCharge(randomUUID()), aCharge(disabled)]);
    expect(outcomes.map(({ reserved, balance }) => [reserved, balance])).toEqual([
      [false, 0],
      [false, 0],
    ]);
    expect((await booksOf(disabled)).balance).toBe(10);
  });

  test('batches over many wallets in opposite orders do not block each other for good', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => makeUser(test_.db, { credits: 1_000 })));
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const batch = users.map((userId) => aCharge(userId));
        return charges.reserve(index % 2 === 0 ? batch : batch.reverse());
      }),
    );
    for (const userId of users) {
      expect(await booksOf(userId)).toEqual({ balance: 960, ledgerSum: 960, running: true });
    }
  });
});

describe('settling and releasing', () => {
  test('a settled charge is kept, a released one given back; repeating either changes nothing', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const [kept, returned] = [aCharge(userId, 2), aCharge(userId, 3)];
    await charges.reserve([kept, returned]);
    const settlements = [
      { charge_id: kept.charge_id, action: 'settle' as const },
      { charge_id: returned.charge_id, action: 'release' as const },
    ];
    expect(await charges.settle(settlements)).toEqual({ ignored: [] });
    expect(await charges.settle(settlements)).toEqual({ ignored: [] });
    expect(await booksOf(userId)).toEqual({ balance: 8, ledgerSum: 8, running: true });
    expect(await createLedgerRepository(test_.db).sumReserved(userId)).toBe(0);
  });

  test('what has ended one way cannot end the other way, and the caller is told', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const [kept, returned] = [aCharge(userId, 2), aCharge(userId, 3)];
    const unknown = randomUUID();
    await charges.reserve([kept, returned]);
    await charges.settle([
      { charge_id: kept.charge_id, action: 'settle' },
      { charge_id: returned.charge_id, action: 'release' },
    ]);
    const { ignored } = await charges.settle([
      { charge_id: kept.charge_id, action: 'release' },
      { charge_id: returned.charge_id, action: 'settle' },
      { charge_id: unknown, action: 'release' },
    ]);
    expect(ignored).toEqual([
      { chargeId: kept.charge_id, state: 'kept' },
      { chargeId: returned.charge_id, state: 'given_back' },
      { chargeId: unknown, state: 'unknown' },
    ]);
    expect((await booksOf(userId)).balance).toBe(8);
  });

  test('of two actions on one charge in one call the first counts', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const charge = aCharge(userId, 5);
    await charges.reserve([charge]);
    await charges.settle([
      { charge_id: charge.charge_id, action: 'release' },
      { charge_id: charge.charge_id, action: 'settle' },
    ]);
    expect((await booksOf(userId)).balance).toBe(10);
  });

  test('one charge released by ten calls at once is given back once', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const charge = aCharge(userId, 5);
    await charges.reserve([charge]);
    await Promise.all(
      Array.from({ length: 10 }, () => charges.settle([{ charge_id: charge.charge_id, action: 'release' }])),
    );
    expect(await booksOf(userId)).toEqual({ balance: 10, ledgerSum: 10, running: true });
  });
});

describe('a charge that one request after the other asks for', () => {
  const release = (charge: Charge) => ({
    ...{ charge_id: charge.charge_id, action: 'release' as const },
    ...(charge.attempt === undefined ? {} : { attempt: charge.attempt }),
  });
  const retried = (charge: Charge): Charge => ({ ...charge, request_id: 'later', attempt: randomUUID() });

  test('is not given back by one that asked before, however late it says so', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const first = { ...aCharge(userId, 4), attempt: randomUUID() };
    const second = retried(first);
    await charges.reserve([first]);
    expect(await charges.reserve([second])).toMatchObject([{ reserved: true, balance: 6 }]);
    expect(await charges.settle([release(first)])).toEqual({
      ignored: [{ chargeId: first.charge_id, state: 'open' }],
    });
    expect((await booksOf(userId)).balance).toBe(6);
    await charges.settle([release(second)]);
    expect(await booksOf(userId)).toEqual({ balance: 10, ledgerSum: 10, running: true });
  });

  test.each([undefined, 3])(
    'is kept by the last, in one call with what the first says (amount %s)',
    async (amount) => {
      const userId = await makeUser(test_.db, { credits: 10 });
      const first = { ...aCharge(userId, 4), attempt: randomUUID() };
      await charges.reserve([first]);
      await charges.reserve([retried(first)]);
      const kept = { charge_id: first.charge_id, action: 'settle' as const, ...(amount ? { amount } : {}) };
      await charges.settle([release(first), kept]);
      expect((await booksOf(userId)).balance).toBe(10 - (amount ?? 4));
    },
  );

  test('has all its time before it again', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const first = { ...aCharge(userId, 4), attempt: randomUUID() };
    await charges.reserve([first]);
    await sql`UPDATE reservations SET created_at = now() - interval '10 minutes'
      WHERE charge_id = ${first.charge_id}`.execute(test_.db);
    await charges.reserve([retried(first)]);
    expect(await charges.releaseAbandoned(300, 1_000)).toBe(0);
  });
});

describe('abandoned reservations', () => {
  test('those older than their time are given back, younger and settled ones stay', async () => {
    const userId = await makeUser(test_.db, { credits: 10 });
    const [old, young, settled] = [aCharge(userId, 1), aCharge(userId, 2), aCharge(userId, 4)];
    await charges.reserve([old, young, settled]);
    await charges.settle([{ charge_id: settled.charge_id, action: 'settle' }]);
    await sql`UPDATE reservations SET created_at = now() - interval '10 minutes'
      WHERE charge_id IN (${old.charge_id}, ${settled.charge_id})`.execute(test_.db);
    expect(await charges.releaseAbandoned(300, 1_000)).toBe(1);
    expect(await charges.releaseAbandoned(300, 1_000)).toBe(0);
    expect(await booksOf(userId)).toEqual({ balance: 4, ledgerSum: 4, running: true });
  });

  test('only one instance at a time sweeps', async () => {
    await test_.db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(3, 0)`.execute(trx);
      expect(await charges.releaseAbandoned(300, 1_000)).toBeNull();
    });
  });
});

test('the ledger refuses every change of what is written', async () => {
  await makeUser(test_.db, { credits: 10 });
  for (const statement of [
    'UPDATE ledger_entries SET amount = 1',
    'DELETE FROM ledger_entries',
    'TRUNCATE ledger_entries CASCADE',
  ]) {
    await expect(sql.raw(statement).execute(test_.db)).rejects.toMatchObject({ code: '23001' });
  }
});

type Step =
  | { kind: 'reserve'; amounts: number[] }
  | { kind: 'again'; index: number }
  | { kind: 'end'; index: number; action: 'settle' | 'release' }
  | { kind: 'grant'; amount: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('reserve' as const),
    amounts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('again' as const), index: fc.nat(30) }),
  fc.record({
    kind: fc.constant('end' as const),
    index: fc.nat(30),
    action: fc.constantFrom('settle' as const, 'release' as const),
  }),
  fc.record({
    kind: fc.constant('grant' as const),
    amount: fc.integer({ min: -15, max: 15 }).filter((amount) => amount !== 0),
  }),
);

test('any order of reserving, repeating, settling, releasing and granting agrees with a plain model', async () => {
  const ledger = createLedgerRepository(test_.db);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const userId = await makeUser(test_.db, { credits: 20 });
      const model = {
        balance: 20,
        made: [] as { charge: ReturnType<typeof aCharge>; state: string; balance: number }[],
      };
      for (const action of steps) {
        if (action.kind === 'reserve') {
          const batch = action.amounts.map((amount) => aCharge(userId, amount));
          let fits = true;
          const expected = batch.map((charge) => {
            fits &&= charge.amount <= model.balance;
            if (fits) {
              model.balance -= charge.amount;
              model.made.push({ charge, state: 'reserved', balance: model.balance });
            }
            return { charge_id: charge.charge_id, reserved: fits, balance: model.balance };
          });
          expect(await charges.reserve(batch)).toEqual(expected);
        } else if (action.kind === 'again') {
          const known = model.made[action.index];
          if (!known) continue;
          const { charge_id } = known.charge;
          expect(await charges.reserve([known.charge])).toEqual([
            known.state === 'released'
              ? { charge_id, reserved: false, balance: model.balance, given_back: true }
              : { charge_id, reserved: true, balance: known.balance },
          ]);
        } else if (action.kind === 'end') {
          const known = model.made[action.index];
          if (!known) continue;
          const { ignored } = await charges.settle([
            { charge_id: known.charge.charge_id, action: action.action },
          ]);
          const wanted = action.action === 'settle' ? 'settled' : 'released';
          expect(ignored.length).toBe(known.state === 'reserved' || known.state === wanted ? 0 : 1);
          if (known.state === 'reserved') {
            known.state = wanted;
            if (wanted === 'released') model.balance += known.charge.amount;
          }
        } else {
          const grant = ledger.grant(
            { userId, amount: action.amount, reason: 'model', expiresAt: null },
            AUDIT,
            null,
          );
          if (model.balance + action.amount < 0)
            await expect(grant).rejects.toMatchObject({ code: 'conflict' });
          else expect((await grant).balance).toBe((model.balance += action.amount));
        }
      }
      expect(await booksOf(userId)).toEqual({
        balance: model.balance,
        ledgerSum: model.balance,
        running: true,
      });
      const open = model.made.filter(({ state }) => state === 'reserved');
      expect(await ledger.sumReserved(userId)).toBe(open.reduce((sum, { charge }) => sum + charge.amount, 0));
    }),
    { numRuns: 40 },
  );
});

test('reserving, settling, releasing, granting and sweeping all at once keep the books', async () => {
  const users = await Promise.all(Array.from({ length: 3 }, () => makeUser(test_.db, { credits: 300 })));
  const ledger = createLedgerRepository(test_.db);
  const worker = async (seed: number): Promise<void> => {
    for (let round = 0; round < 10; round += 1) {
      const batch = users.flatMap((userId) => [
        aCharge(userId, 1 + ((seed + round) % 7)),
        aCharge(userId, 2),
      ]);
      const outcomes = await charges.reserve(batch);
      const taken = outcomes.filter(({ reserved }) => reserved);
      await Promise.all(
        [
          charges.settle(
            [...taken.entries()].map(([index, { charge_id }]) => ({
              charge_id,
              action: index % 3 === 0 ? 'release' : 'settle',
            })),
          ),
          charges.reserve(batch),
          charges.releaseAbandoned(0, 10),
          ledger.grant(
            { userId: users[seed % 3]!, amount: 5, reason: 'load', expiresAt: null },
            AUDIT,
            `k-${seed}-${round}`,
          ),
        ].slice(0, taken.length > 0 ? 4 : 0),
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, seed) => worker(seed)));
  for (const userId of users) {
    const { balance, ledgerSum } = await booksOf(userId);
    expect(balance).toBe(ledgerSum);
    expect(await booksOf(userId)).toMatchObject({ running: true });
  }
  expect(await verifyBooks(test_.db)).toMatchObject({ drift: 0, discrepancies: [] });
});
