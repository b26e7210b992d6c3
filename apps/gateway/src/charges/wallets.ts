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
import { type Metrics, type Span } from '@bigdata/platform';
import { createBatcher } from '../delivery/batcher';
import { type Outbox } from '../delivery/outbox';
import { type KnownBalances } from './known-balances';

const BATCHES_IN_FLIGHT_MAX = 4;
/** Longer than a group takes in a healthy data centre; a wallet that is locked for longer holds up one group. */
const GROUP_PATIENCE_MS = 25;
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
  /** As far as is known here; false where nothing is. */
  cover(userId: string, amount: number): boolean;
  /**
   * A `charge_id` that comes again charges once, and anew once it was given back.
   * @throws AppError `unavailable` when the outcome is unknown; nothing is charged then
   */
  reserve(charge: Charge, span: Span): Promise<Reservation>;
}

export interface WalletsOptions {
  /** @param spans what each charge is a part of, in their order */
  readonly reserveCharges: (
    charges: readonly Charge[],
    spans: readonly Span[],
  ) => Promise<readonly ChargeOutcome[]>;
  readonly settlements: Outbox<Settlement>;
  readonly balances: KnownBalances;
  readonly metrics: Metrics;
}

interface AskedCharge {
  readonly charge: Charge;
  readonly span: Span;
}

export function createWallets({ reserveCharges, settlements, balances, metrics }: WalletsOptions): Wallets {
  const reservations = metrics.counter(
    'gateway_reservations_total',
    'Charges asked for, by what became of them; `unknown`: no answer came, and they are released',
    { outcome: ['reserved', 'refused', 'unknown'] },
  );
  const groups = metrics.histogram(
    'gateway_reservation_group_charges',
    'Charges that were asked for in one call',
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
  );
  const credits = metrics.counter('gateway_credits_total', 'Credits of ended reservations', {
    outcome: ['kept', 'given_back'],
  });
  const reserveInGroups = createBatcher<AskedCharge, ChargeOutcome>({
    run: async (asked) => {
      const charges = asked.map(({ charge }) => charge);
      const spans = asked.map(({ span }) => span);
      groups.observe(charges.length);
      try {
        const outcomes = inOrder(charges, await reserveCharges(charges, spans));
        // What is delivered and not settled is given away when this process dies.
        settlements.retrySoon();
        return outcomes;
      } catch (error) {
        for (const charge of charges) settlements.add(releaseOf(charge));
        reservations.inc({ outcome: 'unknown' }, charges.length);
        throw error;
      }
    },
    batchMax: CHARGES_PER_BATCH_MAX,
    inFlightMax: BATCHES_IN_FLIGHT_MAX,
    patienceMs: GROUP_PATIENCE_MS,
    queueMax: WAITING_MAX,
  });
  const ask = async (charge: Charge, span: Span): Promise<ChargeOutcome> => {
    const answered = balances.asked(charge.user_id, charge.amount);
    let balance: number | null = null;
    try {
      const outcome = await reserveInGroups({ charge, span });
      balance = outcome.balance;
      return outcome;
    } finally {
      answered(balance);
    }
  };
  return {
    cover: (userId, amount) => balances.covers(userId, amount),
    async reserve(charge, span) {
      // Whatever is reserved must be ended: without room for that, nothing is begun.
      if (settlements.full) throw new AppError('unavailable', { context: { outbox: 'settlements' } });
      let outcome = await ask(charge, span);
      // An earlier attempt's charge that the sweeper has given back: this attempt is charged under an id of its own.
      if (outcome.given_back === true)
        outcome = await ask({ ...charge, charge_id: newChargeId(Date.now()) }, span);
      const { charge_id, reserved, balance } = outcome;
      reservations.inc({ outcome: reserved ? 'reserved' : 'refused' });
      return {
        reserved,
        balance,
        keep: (amount) => {
          const partly = amount < charge.amount ? { amount } : {};
          credits.inc({ outcome: 'kept' }, amount);
          credits.inc({ outcome: 'given_back' }, charge.amount - amount);
          settlements.add({ charge_id, action: 'settle', ...partly });
        },
        giveBack: () => {
          credits.inc({ outcome: 'given_back' }, charge.amount);
          return withinTime((taken) => settlements.add(releaseOf({ ...charge, charge_id }), taken));
        },
      };
    },
  };
}

/** What a retry under the same id has taken over meanwhile is not given back by it. */
function releaseOf({ charge_id, attempt }: Charge): Settlement {
  return { charge_id, action: 'release', ...(attempt === undefined ? {} : { attempt }) };
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
