import { type Charge } from '@bigdata/models';
import fc from 'fast-check';
import { type ChargeFacts, decideCharges, type KnownCharge, type OpenWallet } from './decide-charges';

const charge = (id: string, user: string, amount: number): Charge => ({
  charge_id: id,
  user_id: user,
  amount,
  request_id: `request-${id}`,
});
const facts = (
  wallets: Record<string, OpenWallet>,
  known: Record<string, KnownCharge> = {},
): ChargeFacts => ({ wallets: new Map(Object.entries(wallets)), known: new Map(Object.entries(known)) });

test('charges are taken in their order until one does not fit, and nothing after it overtakes', () => {
  const { verdicts, taken, balances } = decideCharges(
    [charge('a', 'u', 3), charge('b', 'u', 3), charge('c', 'u', 1)],
    facts({ u: { balance: 5, lots: [] } }),
  );
  expect(verdicts.map(({ reserved, balance }) => [reserved, balance])).toEqual([
    [true, 2],
    [false, 2],
    [false, 2],
  ]);
  expect(taken.map(({ charge: { charge_id }, balanceAfter }) => [charge_id, balanceAfter])).toEqual([
    ['a', 2],
  ]);
  expect(balances).toEqual(new Map([['u', 2]]));
});

test('one charge burns several lots in their order, and what never expires last', () => {
  const { burnt, balances } = decideCharges(
    [charge('a', 'u', 3), charge('b', 'u', 4), charge('c', 'u', 2)],
    facts({
      u: {
        balance: 10,
        lots: [
          { id: 1, remaining: 2 },
          { id: 2, remaining: 4 },
        ],
      },
    }),
  );
  expect(burnt).toEqual([
    { chargeId: 'a', lotId: 1, amount: 2, upto: 2 },
    { chargeId: 'a', lotId: 2, amount: 1, upto: 3 },
    { chargeId: 'b', lotId: 2, amount: 3, upto: 3 },
  ]);
  expect(balances.get('u')).toBe(1);
});

test('a charge that was taken before takes nothing; one that came back is refused by name', () => {
  const { verdicts, taken } = decideCharges(
    [charge('again', 'u', 9), charge('back', 'u', 9), charge('new', 'u', 1)],
    facts(
      { u: { balance: 1, lots: [] } },
      { again: { balanceAfter: 7, givenBack: false }, back: { balanceAfter: 5, givenBack: true } },
    ),
  );
  expect(verdicts).toEqual([
    { reserved: true, balance: 7, givenBack: false },
    { reserved: false, balance: 0, givenBack: true },
    { reserved: true, balance: 0, givenBack: false },
  ]);
  expect(taken).toHaveLength(1);
});

test('who has no open wallet takes nothing', () => {
  expect(decideCharges([charge('a', 'gone', 1)], facts({})).verdicts).toEqual([
    { reserved: false, balance: 0, givenBack: false },
  ]);
});

test('of any batch: no wallet below zero, every credit taken is written once, and lots burn before the rest', () => {
  const lots = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
  const wallet = fc.record({ lots, lasting: fc.integer({ min: 0, max: 20 }) });
  const asked = fc.array(fc.record({ user: fc.nat({ max: 2 }), amount: fc.integer({ min: 1, max: 12 }) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(wallet, { minLength: 3, maxLength: 3 }), asked, (wallets, charges) => {
      const open = Object.fromEntries(
        wallets.map(({ lots: sizes, lasting }, index): [string, OpenWallet] => [
          `u${index}`,
          {
            balance: lasting + sizes.reduce((sum, size) => sum + size, 0),
            lots: sizes.map((remaining, lot) => ({ id: index * 10 + lot, remaining })),
          },
        ]),
      );
      const batch = charges.map(({ user, amount }, index) => charge(`c${index}`, `u${user}`, amount));
      const { verdicts, taken, burnt, balances } = decideCharges(batch, facts(open));
      for (const [userId, { balance, lots: before }] of Object.entries(open)) {
        const spent = taken
          .filter(({ charge: { user_id } }) => user_id === userId)
          .reduce((sum, { charge: { amount } }) => sum + amount, 0);
        const left = balances.get(userId) ?? balance;
        expect(left).toBe(balance - spent);
        expect(left).toBeGreaterThanOrEqual(0);
        const ids = new Set(before.map(({ id }) => id));
        const fromLots = burnt
          .filter(({ lotId }) => ids.has(lotId))
          .reduce((sum, { amount }) => sum + amount, 0);
        expect(fromLots).toBe(
          Math.min(
            spent,
            before.reduce((sum, { remaining }) => sum + remaining, 0),
          ),
        );
        // Every lot but the last one that was touched is empty, and none gave more than it had.
        let toBurn = fromLots;
        for (const { id, remaining } of before) {
          const gave = burnt.filter(({ lotId }) => lotId === id).reduce((sum, { amount }) => sum + amount, 0);
          expect(gave).toBe(Math.min(remaining, toBurn));
          toBurn -= gave;
        }
      }
      expect(verdicts.filter(({ reserved }) => reserved)).toHaveLength(taken.length);
    }),
  );
});
