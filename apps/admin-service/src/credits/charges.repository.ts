/**
 * Charges in batches: reserved before an answer leaves, settled when it was delivered, released when it was not.
 * Whoever changes a wallet first locks it, in a statement of its own and in the order of the wallets' ids: so no
 * statement decides on rows that change under it, and batches never wait for each other in a circle.
 */
import { type Charge, type ChargeOutcome, type Settlement } from '@bigdata/models';
import { type RawBuilder, sql } from 'kysely';
import { type Database, type ReservationState } from '../db/schema';
import { tryLock } from '../db/advisory-locks';
import { inTransaction, retrying, type Trx } from '../db/transaction';

export interface SettleResult {
  /** Charges that had ended the other way already, or were never reserved; nothing was changed for them. */
  readonly ignored: readonly { readonly chargeId: string; readonly state: ReservationState | 'unknown' }[];
}

export interface ChargesRepository {
  /**
   * Takes the charges of each wallet in the order given, as long as the sum fits: one that does not fit ends
   * it for that wallet. A `charge_id` seen before is answered as then and taken no second time.
   */
  reserve(charges: readonly Charge[]): Promise<ChargeOutcome[]>;
  /** Ends reservations; of two actions on one charge the first counts. Repeating it changes nothing. */
  settle(settlements: readonly Settlement[]): Promise<SettleResult>;
  /**
   * Releases up to `max` reservations older than `ttlS`: whoever made them is gone.
   * @returns how many; null when another instance is at it
   */
  releaseAbandoned(ttlS: number, max: number): Promise<number | null>;
}

export function createChargesRepository(db: Database): ChargesRepository {
  return {
    async reserve(charges) {
      const unique = new Map<string, Charge>();
      for (const charge of charges) {
        const id = charge.charge_id.toLowerCase();
        if (!unique.has(id)) unique.set(id, charge);
      }
      const rows = await inTransaction(db, async (trx) => {
        await lockWallets(trx, sql`SELECT unnest(${charges.map(({ user_id }) => user_id)}::uuid[])`);
        return takeCharges(trx, [...unique.values()]);
      });
      const outcomes = new Map(rows.map((row) => [row.charge_id, row]));
      return charges.map(({ charge_id }) => {
        const { reserved = false, balance = 0 } = outcomes.get(charge_id.toLowerCase()) ?? {};
        return { charge_id, reserved, balance };
      });
    },

    async settle(settlements) {
      const actions = new Map<string, Settlement['action']>();
      for (const { charge_id, action } of settlements) {
        if (!actions.has(charge_id)) actions.set(charge_id, action);
      }
      const idsOf = (wanted: Settlement['action']): string[] =>
        [...actions].filter(([, action]) => action === wanted).map(([id]) => id);
      const settled = await retrying(() => settleReserved(db, idsOf('settle')));
      const returned = idsOf('release');
      const released =
        returned.length === 0 ? 0 : await inTransaction(db, (trx) => releaseReserved(trx, returned));
      return { ignored: settled + released === actions.size ? [] : await findIgnored(db, actions) };
    },

    releaseAbandoned: (ttlS, max) =>
      inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'sweep'))) return null;
        const old = await trx
          .selectFrom('reservations')
          .select('charge_id')
          .where('state', '=', 'reserved')
          .where('created_at', '<', sql<Date>`now() - make_interval(secs => ${ttlS})`)
          .orderBy('created_at')
          .limit(max)
          .execute();
        return releaseReserved(
          trx,
          old.map(({ charge_id }) => charge_id),
        );
      }),
  };
}

/** One statement by itself, so that those after it see what the transactions it waited for have written. */
async function lockWallets(trx: Trx, userIds: RawBuilder<unknown>): Promise<void> {
  await sql`
    SELECT 1 FROM wallets WHERE user_id IN (${userIds}) ORDER BY user_id FOR NO KEY UPDATE`.execute(trx);
}

interface TakenRow {
  readonly charge_id: string;
  readonly reserved: boolean;
  readonly balance: number;
}

/** The wallets are locked. */
async function takeCharges(trx: Trx, charges: readonly Charge[]): Promise<TakenRow[]> {
  const { rows } = await sql<TakenRow>`
    WITH request AS (
      SELECT * FROM unnest(
        ${charges.map(({ charge_id }) => charge_id)}::uuid[],
        ${charges.map(({ user_id }) => user_id)}::uuid[],
        ${charges.map(({ amount }) => amount)}::bigint[],
        ${charges.map(({ request_id }) => request_id)}::text[]
      ) WITH ORDINALITY AS r (charge_id, user_id, amount, request_id, position)
    ),
    known AS (
      SELECT charge_id, balance_after FROM ledger_entries
      WHERE kind = 'charge' AND charge_id IN (SELECT charge_id FROM request)
    ),
    wallet AS (
      SELECT w.user_id, w.balance FROM wallets w JOIN users u ON u.id = w.user_id
      WHERE w.user_id IN (SELECT user_id FROM request) AND NOT u.disabled
    ),
    taken AS (
      SELECT charge_id, user_id, amount, request_id, position, balance - running AS balance_after
      FROM (
        SELECT r.*, w.balance, sum(r.amount) OVER (PARTITION BY r.user_id ORDER BY r.position) AS running
        FROM request r JOIN wallet w USING (user_id)
        WHERE NOT EXISTS (SELECT FROM known k WHERE k.charge_id = r.charge_id)
      ) AS fresh
      WHERE running <= balance
    ),
    reserved AS (
      INSERT INTO reservations (charge_id, user_id, amount, request_id)
      SELECT charge_id, user_id, amount, request_id FROM taken
    ),
    written AS (
      INSERT INTO ledger_entries (user_id, kind, amount, balance_after, charge_id, request_id)
      SELECT user_id, 'charge', -amount, balance_after, charge_id, request_id FROM taken ORDER BY position
    ),
    spent AS (
      SELECT user_id, min(balance_after) AS balance FROM taken GROUP BY user_id
    ),
    lowered AS (
      UPDATE wallets w SET balance = s.balance FROM spent s WHERE w.user_id = s.user_id
    )
    SELECT r.charge_id,
      k.charge_id IS NOT NULL OR t.charge_id IS NOT NULL AS reserved,
      coalesce(k.balance_after, t.balance_after, s.balance, w.balance, 0)::bigint AS balance
    FROM request r
      LEFT JOIN known k USING (charge_id)
      LEFT JOIN taken t USING (charge_id)
      LEFT JOIN wallet w ON w.user_id = r.user_id
      LEFT JOIN spent s ON s.user_id = r.user_id`.execute(trx);
  return rows;
}

/** Keeps the credits: no wallet is touched, nothing is written to the ledger. @returns how many were reserved */
async function settleReserved(db: Database, chargeIds: readonly string[]): Promise<number> {
  if (chargeIds.length === 0) return 0;
  const { numUpdatedRows } = await db
    .updateTable('reservations')
    .set({ state: 'settled' })
    .where('charge_id', '=', sql<string>`ANY(${chargeIds}::uuid[])`)
    .where('state', '=', 'reserved')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** @returns how many were given back: those that were still reserved once their wallet was locked */
async function releaseReserved(trx: Trx, chargeIds: readonly string[]): Promise<number> {
  if (chargeIds.length === 0) return 0;
  const wanted = sql`charge_id = ANY(${chargeIds}::uuid[]) AND state = 'reserved'`;
  await lockWallets(trx, sql`SELECT user_id FROM reservations WHERE ${wanted}`);
  const { rows } = await sql<{ count: number }>`
    WITH released AS (
      UPDATE reservations SET state = 'released' WHERE ${wanted}
      RETURNING charge_id, user_id, amount, request_id
    ),
    entry AS (
      SELECT r.*, w.balance + sum(r.amount) OVER (PARTITION BY r.user_id ORDER BY r.charge_id) AS balance_after
      FROM released r JOIN wallets w USING (user_id)
    ),
    written AS (
      INSERT INTO ledger_entries (user_id, kind, amount, balance_after, charge_id, request_id)
      SELECT user_id, 'release', amount, balance_after, charge_id, request_id FROM entry
      ORDER BY user_id, charge_id
    ),
    raised AS (
      UPDATE wallets w SET balance = s.balance
      FROM (SELECT user_id, max(balance_after) AS balance FROM entry GROUP BY user_id) AS s
      WHERE w.user_id = s.user_id
    )
    SELECT count(*) AS count FROM released`.execute(trx);
  return rows[0]?.count ?? 0;
}

const STATE_AFTER: Readonly<Record<Settlement['action'], ReservationState>> = {
  settle: 'settled',
  release: 'released',
};

async function findIgnored(
  db: Database,
  actions: ReadonlyMap<string, Settlement['action']>,
): Promise<SettleResult['ignored']> {
  const rows = await db
    .selectFrom('reservations')
    .select(['charge_id', 'state'])
    .where('charge_id', '=', sql<string>`ANY(${[...actions.keys()]}::uuid[])`)
    .execute();
  const states = new Map(rows.map(({ charge_id, state }) => [charge_id, state]));
  return [...actions].flatMap(([chargeId, action]) => {
    const state = states.get(chargeId.toLowerCase()) ?? 'unknown';
    return state === STATE_AFTER[action] ? [] : [{ chargeId, state }];
  });
}
