/** Charges in batches: reserved before an answer leaves, settled when it was delivered, released when it was not. */
import { type Charge, type ChargeOutcome, type Settlement } from '@bigdata/models';
import { sql } from 'kysely';
import { tryLock } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';
import { type ChargeDecision, decideCharges } from './decide-charges';
import { type Ending, findEndings, type GivenBack, giveBackReserved, keepReserved } from './end-reservations';
import { expireDueLots, findDueWallets } from './lots';
import { findKnown, handOver, readWallets, writeDecision } from './take-charges';
import { lockWallets, lockWalletsAhead } from './wallet-lock';

export interface SettleResult {
  /** Charges that had ended in another way already, or were never reserved; nothing was changed for them. */
  readonly ignored: readonly { readonly chargeId: string; readonly state: Ending['state'] }[];
}

export interface ChargesRepository {
  /**
   * Takes the charges of each wallet in the order given, as long as the sum fits: one that does not fit ends
   * it for that wallet. A `charge_id` seen before is answered as then and taken no second time; one
   * that has come back whole since is refused as such, so that nothing is served for it.
   */
  reserve(charges: readonly Charge[]): Promise<ChargeOutcome[]>;
  /** Ends reservations; of two words on one charge the first counts. Repeating it changes nothing. */
  settle(settlements: readonly Settlement[]): Promise<SettleResult>;
  /**
   * Releases up to `max` reservations older than `ttlS`: whoever made them is gone.
   * @returns how many; null when another instance is at it
   */
  releaseAbandoned(ttlS: number, max: number): Promise<number | null>;
  /** Writes off what has expired of up to `max` lots. @returns how many; null when another instance is at it */
  expireDue(max: number): Promise<number | null>;
}

export function createChargesRepository(db: Database): ChargesRepository {
  return {
    async reserve(charges) {
      const unique = new Map<string, Charge>();
      for (const charge of charges) {
        const [charge_id, user_id] = [charge.charge_id.toLowerCase(), charge.user_id.toLowerCase()];
        if (!unique.has(charge_id)) unique.set(charge_id, { ...charge, charge_id, user_id });
      }
      const { verdicts } = await reserveUnique(db, [...unique.values()]);
      const verdictOf = new Map([...unique.keys()].map((chargeId, index) => [chargeId, verdicts[index]]));
      return charges.map(({ charge_id }) => {
        const verdict = verdictOf.get(charge_id.toLowerCase());
        const outcome = { charge_id, reserved: verdict?.reserved ?? false, balance: verdict?.balance ?? 0 };
        return verdict?.givenBack === true ? { ...outcome, given_back: true } : outcome;
      });
    },

    async settle(settlements) {
      const words = countingWords(settlements);
      const whole: string[] = [];
      const partly: GivenBack[] = [];
      for (const { charge_id: chargeId, action, amount, attempt = null } of words) {
        if (action === 'settle' && amount === undefined) whole.push(chargeId);
        else partly.push({ chargeId, keep: action === 'settle' ? (amount ?? 0) : 0, attempt });
      }
      const kept = await keepReserved(db, whole);
      const givenBack = await giveBackReserved(db, partly);
      return { ignored: kept + givenBack === words.length ? [] : await findIgnored(db, words) };
    },

    async releaseAbandoned(ttlS, max) {
      const abandoned = await inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'sweep'))) return null;
        return trx
          .selectFrom('reservations')
          .select('charge_id')
          .where('created_at', '<', sql<Date>`now() - make_interval(secs => ${ttlS})`)
          .orderBy('created_at')
          .limit(max)
          .execute();
      });
      if (!abandoned) return null;
      return giveBackReserved(
        db,
        abandoned.map(({ charge_id }) => ({ chargeId: charge_id, keep: 0, attempt: null })),
      );
    },

    expireDue: (max) =>
      inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'expire'))) return null;
        const owners = await findDueWallets(trx, max);
        if (owners.length === 0) return 0;
        await lockWallets(trx, owners);
        return expireDueLots(trx, owners);
      }),
  };
}

/**
 * Of several words on one charge the first. Releases of single attempts count only where nothing else is said: whoever
 * else speaks has taken the charge over since.
 */
function countingWords(settlements: readonly Settlement[]): Settlement[] {
  const said = new Map<string, Settlement>();
  for (const settlement of settlements) {
    const { charge_id: chargeId, attempt } = settlement;
    if (attempt === undefined && !said.has(chargeId)) said.set(chargeId, settlement);
  }
  const ofAttempts = new Map<string, Settlement>();
  for (const settlement of settlements) {
    const { charge_id: chargeId, attempt } = settlement;
    if (attempt !== undefined && !said.has(chargeId)) ofAttempts.set(`${chargeId} ${attempt}`, settlement);
  }
  return [...said.values(), ...ofAttempts.values()];
}

async function reserveUnique(db: Database, charges: readonly Charge[]): Promise<ChargeDecision> {
  const owners = [...new Set(charges.map(({ user_id }) => user_id))];
  return inTransaction(db, async (trx) => {
    await lockWalletsAhead(trx, owners);
    const [found, known] = await Promise.all([readWallets(trx, owners), findKnown(trx, charges)]);
    let wallets = found;
    // A lot may run out between writing off and reading, so it is done as often as it takes.
    while (!wallets) {
      await expireDueLots(trx, owners);
      wallets = await readWallets(trx, owners);
    }
    const decision = decideCharges(charges, { wallets, known });
    await handOver(trx, charges, known);
    await writeDecision(trx, decision);
    return decision;
  });
}

/** What the settlements wanted and did not get, because the charge had ended otherwise. */
async function findIgnored(
  db: Database,
  settlements: readonly Settlement[],
): Promise<SettleResult['ignored']> {
  const endingOf = await findEndings(
    db,
    settlements.map(({ charge_id }) => charge_id),
  );
  return settlements.flatMap(({ charge_id, action, amount }) => {
    const { state, kept } = endingOf(charge_id);
    const wanted =
      action === 'release' || amount === 0
        ? state === 'given_back'
        : state === 'kept' && (amount === undefined || kept <= amount);
    return wanted ? [] : [{ chargeId: charge_id, state }];
  });
}
