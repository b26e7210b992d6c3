/** Charges in batches: reserved before an answer leaves, settled when it was delivered, released when it was not. */
import { type Charge, type ChargeOutcome, type Settlement } from '@bigdata/models';
import { sql } from 'kysely';
import { tryLock } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';
import { type Ending, findEndings, giveBackReserved, keepReserved } from './end-reservations';
import { expireDueLots, findDueWallets } from './lots';
import { takeCharges, type TakenRow } from './take-charges';
import { lockWallets } from './wallet-lock';

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
        const id = charge.charge_id.toLowerCase();
        if (!unique.has(id)) unique.set(id, charge);
      }
      const rows = await reserveUnique(db, [...unique.values()]);
      const outcomes = new Map(rows.map((row) => [row.charge_id, row]));
      return charges.map(({ charge_id }) => {
        const row = outcomes.get(charge_id.toLowerCase());
        const outcome = { charge_id, reserved: row?.reserved ?? false, balance: row?.balance ?? 0 };
        return row?.given_back === true ? { ...outcome, given_back: true } : outcome;
      });
    },

    async settle(settlements) {
      const first = new Map<string, Settlement>();
      for (const settlement of settlements) {
        if (!first.has(settlement.charge_id)) first.set(settlement.charge_id, settlement);
      }
      const whole: string[] = [];
      const partly: { chargeId: string; keep: number }[] = [];
      for (const [chargeId, { action, amount }] of first) {
        if (action === 'settle' && amount === undefined) whole.push(chargeId);
        else partly.push({ chargeId, keep: action === 'settle' ? (amount ?? 0) : 0 });
      }
      const kept = await keepReserved(db, whole);
      const givenBack = await giveBackReserved(db, partly);
      return { ignored: kept + givenBack === first.size ? [] : await findIgnored(db, [...first.values()]) };
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
        abandoned.map(({ charge_id }) => ({ chargeId: charge_id, keep: 0 })),
      );
    },

    expireDue: (max) =>
      inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'expire'))) return null;
        const owners = await findDueWallets(trx, max);
        if (owners.length === 0) return 0;
        await lockWallets(trx, sql`SELECT unnest(${owners}::uuid[])`);
        return expireDueLots(trx, owners);
      }),
  };
}

function reserveUnique(db: Database, charges: readonly Charge[]): Promise<TakenRow[]> {
  const owners = [...new Set(charges.map(({ user_id }) => user_id))];
  return inTransaction(db, async (trx) => {
    await lockWallets(trx, sql`SELECT unnest(${owners}::uuid[])`);
    let rows = await takeCharges(trx, charges);
    // A lot may run out between writing off and taking, so it is done as often as it takes.
    while (rows[0]?.due === true) {
      await expireDueLots(trx, owners);
      rows = await takeCharges(trx, charges);
    }
    return rows;
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
