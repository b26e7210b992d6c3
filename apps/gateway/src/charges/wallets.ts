/**
 * Credits, held by admin-service alone. A reservation is asked in groups and waited for; its end, settle or
 * release, goes to an outbox. An outcome that is unknown is released: repeating a release changes nothing, and
 * what dies with this process admin-service's sweeper gives back.
 */
import {
  AppError,
  type Charge,
  type ChargeOutcome,
  CHARGES_PER_BATCH_MAX,
  newChargeId,
  type Settlement,
} from '@bigdata/models';
import { createBatcher } from '../delivery/batcher';
import { type Outbox } from '../delivery/outbox';

const BATCHES_IN_FLIGHT_MAX = 2;
const WAITING_MAX = 10_000;
const GIVE_BACK_WAIT_MS = 1_000;

export interface Reservation {
  readonly reserved: boolean;
  /** What the wallet holds now. */
  readonly balance: number;
  /** For an answer that was delivered. What is left of the amount reserved is given back. */
  keep(amount: number): void;
  /** Resolves when the credits are back, or when that takes so long that nobody should wait for it. */
  giveBack(): Promise<void>;
}

export interface Wallets {
  /**
   * A `charge_id` that comes again charges once, and anew once it was given back.
   * @throws AppError `unavailable` when the outcome is unknown; nothing is charged then
   */
  reserve(charge: Charge): Promise<Reservation>;
}

export interface WalletsOptions {
  readonly reserveCharges: (charges: readonly Charge[]) => Promise<readonly ChargeOutcome[]>;
  readonly settlements: Outbox<Settlement>;
}

export function createWallets({ reserveCharges, settlements }: WalletsOptions): Wallets {
  const reserveInGroups = createBatcher<Charge, ChargeOutcome>({
    run: async (charges) => {
      try {
        return inOrder(charges, await reserveCharges(charges));
      } catch (error) {
        for (const { charge_id } of charges) settlements.add({ charge_id, action: 'release' });
        throw error;
      }
    },
    batchMax: CHARGES_PER_BATCH_MAX,
    inFlightMax: BATCHES_IN_FLIGHT_MAX,
    queueMax: WAITING_MAX,
  });
  return {
    async reserve(charge) {
      // Whatever is reserved must be ended: without room for that, nothing is begun.
      if (settlements.full) throw new AppError('unavailable', { context: { outbox: 'settlements' } });
      let outcome = await reserveInGroups(charge);
      // An earlier attempt's charge that the sweeper has given back: this attempt is charged under an id of its own.
      if (outcome.given_back === true) {
        outcome = await reserveInGroups({ ...charge, charge_id: newChargeId(Date.now()) });
      }
      const { charge_id, reserved, balance } = outcome;
      return {
        reserved,
        balance,
        keep: (amount) => {
          const partly = amount < charge.amount ? { amount } : {};
          settlements.add({ charge_id, action: 'settle', ...partly });
        },
        giveBack: () => withinTime((taken) => settlements.add({ charge_id, action: 'release' }, taken)),
      };
    },
  };
}

/** @param begin calls back when its work is done; what is not done in time goes on without us */
function withinTime(begin: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GIVE_BACK_WAIT_MS);
    begin(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function inOrder(charges: readonly Charge[], outcomes: readonly ChargeOutcome[]): readonly ChargeOutcome[] {
  const fits =
    outcomes.length === charges.length &&
    outcomes.every(({ charge_id }, index) => charge_id === charges[index]?.charge_id);
  if (!fits) throw new AppError('upstream_failed', { context: { route: 'reserveCharges' } });
  return outcomes;
}
