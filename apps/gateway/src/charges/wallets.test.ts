import { type Charge, type Settlement } from '@bigdata/models';
import { createWallets } from './wallets';

const charge: Charge = {
  charge_id: '01890a5d-ac96-774b-bcce-b302099a8057',
  request_id: 'r',
  user_id: '01890a5d-ac96-774b-bcce-b302099a8058',
  amount: 2,
};

test('a charge that was given back meanwhile is taken under an id of its own, which is settled', async () => {
  const asked: string[] = [];
  const settled: Settlement[] = [];
  const wallets = createWallets({
    reserveCharges: (charges) => {
      asked.push(...charges.map(({ charge_id }) => charge_id));
      return Promise.resolve(
        charges.map(({ charge_id }) =>
          charge_id === charge.charge_id
            ? { charge_id, reserved: false, balance: 9, given_back: true }
            : { charge_id, reserved: true, balance: 7 },
        ),
      );
    },
    settlements: {
      full: false,
      add: (settlement) => {
        settled.push(settlement);
        return true;
      },
      close: () => Promise.resolve(),
    },
  });
  const reservation = await wallets.reserve(charge);
  reservation.keep(2);
  expect([reservation.reserved, reservation.balance]).toEqual([true, 7]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).not.toBe(charge.charge_id);
  expect(settled).toEqual([{ charge_id: asked[1], action: 'settle' }]);
});
