import { AppError, type Charge, type Settlement } from '@bigdata/models';
import { createMetrics, NO_SPAN } from '@bigdata/platform';
import { createKnownBalances } from './known-balances';
import { createWallets, type Wallets, type WalletsOptions } from './wallets';

const charge: Charge = {
  charge_id: '01890a5d-ac96-774b-bcce-b302099a8057',
  request_id: 'r',
  user_id: '01890a5d-ac96-774b-bcce-b302099a8058',
  amount: 2,
};

/** @param settled takes what is settled */
const open = (settled: Settlement[], reserveCharges: WalletsOptions['reserveCharges']): Wallets =>
  createWallets({
    reserveCharges,
    settlements: {
      full: false,
      add: (settlement) => {
        settled.push(settlement);
        return true;
      },
      retrySoon: () => undefined,
      close: () => Promise.resolve(),
    },
    balances: createKnownBalances({ clockMs: () => 0, maxAgeMs: 1, walletsMax: 1 }),
    metrics: createMetrics('test'),
  });

test('of a charge whose outcome is unknown this attempt alone is given back', async () => {
  const settled: Settlement[] = [];
  const wallets = open(settled, () => Promise.reject(new AppError('unavailable')));
  const attempt = '01890a5d-ac96-774b-bcce-b302099a8059';
  await expect(wallets.reserve({ ...charge, attempt }, NO_SPAN)).rejects.toThrow();
  await expect(wallets.reserve(charge, NO_SPAN)).rejects.toThrow();
  const { charge_id } = charge;
  expect(settled).toEqual([
    { charge_id, action: 'release', attempt },
    { charge_id, action: 'release' },
  ]);
});

test('a charge that was given back meanwhile is taken under an id of its own, which is settled', async () => {
  const asked: string[] = [];
  const settled: Settlement[] = [];
  const wallets = open(settled, (charges) => {
    asked.push(...charges.map(({ charge_id }) => charge_id));
    return Promise.resolve(
      charges.map(({ charge_id }) =>
        charge_id === charge.charge_id
          ? { charge_id, reserved: false, balance: 9, given_back: true }
          : { charge_id, reserved: true, balance: 7 },
      ),
    );
  });
  const reservation = await wallets.reserve(charge, NO_SPAN);
  reservation.keep(2);
  expect([reservation.reserved, reservation.balance]).toEqual([true, 7]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).not.toBe(charge.charge_id);
  expect(settled).toEqual([{ charge_id: asked[1], action: 'settle' }]);
  expect([wallets.cover(charge.user_id, 7), wallets.cover(charge.user_id, 8)]).toEqual([true, false]);
});
