import { type Charge } from '@bigdata/models';
import { sql } from 'kysely';
import { type Trx } from '../db/transaction';

export interface TakenRow {
  readonly charge_id: string;
  readonly reserved: boolean;
  readonly balance: number;
  /** It was taken before and has come back whole: the ledger has no room for it under this id any more. */
  readonly given_back: boolean;
  /** Something of these wallets has expired and is not written off: nothing new was taken. */
  readonly due: boolean;
}

/**
 * Decides on charges and writes what they take, all in one statement: per wallet in the order given, as long as the
 * running sum fits. The wallets are locked.
 *
 * A charge covers the span (running − amount, running] of what is taken from its wallet, a lot the span
 * (upto − remaining, upto] of what its wallet burns first: where the two overlap, the charge burns the lot.
 */
export async function takeCharges(trx: Trx, charges: readonly Charge[]): Promise<TakenRow[]> {
  const { rows } = await sql<TakenRow>`
    WITH request AS MATERIALIZED (
      SELECT * FROM unnest(
        ${charges.map(({ charge_id }) => charge_id)}::uuid[],
        ${charges.map(({ user_id }) => user_id)}::uuid[],
        ${charges.map(({ amount }) => amount)}::bigint[],
        ${charges.map(({ request_id }) => request_id)}::text[]
      ) WITH ORDINALITY AS r (charge_id, user_id, amount, request_id, position)
    ),
    known AS (
      SELECT c.charge_id, c.balance_after, EXISTS (
        SELECT FROM ledger_entries r
        WHERE r.kind = 'release' AND r.charge_id = c.charge_id AND r.amount = -c.amount
      ) AS given_back
      FROM ledger_entries c
      WHERE c.kind = 'charge' AND c.charge_id IN (SELECT charge_id FROM request)
    ),
    live AS MATERIALIZED (
      SELECT id, user_id, remaining, expires_at <= statement_timestamp() AS due,
        (sum(remaining) OVER (PARTITION BY user_id ORDER BY expires_at, id))::bigint AS upto
      FROM credit_lots WHERE remaining > 0 AND user_id IN (SELECT user_id FROM request)
    ),
    wallet AS MATERIALIZED (
      SELECT w.user_id, w.balance FROM wallets w JOIN users u ON u.id = w.user_id
      WHERE w.user_id IN (SELECT user_id FROM request) AND NOT u.disabled
        AND NOT EXISTS (SELECT FROM live WHERE due)
    ),
    taken AS (
      SELECT charge_id, user_id, amount, request_id, position, running, balance - running AS balance_after
      FROM (
        SELECT r.*, w.balance,
          (sum(r.amount) OVER (PARTITION BY r.user_id ORDER BY r.position))::bigint AS running
        FROM request r JOIN wallet w USING (user_id)
        WHERE NOT EXISTS (SELECT FROM known k WHERE k.charge_id = r.charge_id)
      ) AS fresh
      WHERE running <= balance
    ),
    part AS (
      SELECT t.charge_id, l.id AS lot_id, least(t.running, l.upto) - (t.running - t.amount) AS upto,
        least(t.running, l.upto) - greatest(t.running - t.amount, l.upto - l.remaining) AS amount
      FROM taken t JOIN live l
        ON l.user_id = t.user_id AND l.upto > t.running - t.amount AND l.upto - l.remaining < t.running
    ),
    burnt AS (
      UPDATE credit_lots l SET remaining = l.remaining - p.amount
      FROM (SELECT lot_id, sum(amount) AS amount FROM part GROUP BY lot_id) AS p
      WHERE l.id = p.lot_id
    ),
    parts AS (
      INSERT INTO reservation_lots (charge_id, lot_id, amount, upto)
      SELECT charge_id, lot_id, amount, upto FROM part
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
      k.given_back IS FALSE OR t.charge_id IS NOT NULL AS reserved,
      coalesce(CASE WHEN NOT k.given_back THEN k.balance_after END, t.balance_after, s.balance, w.balance, 0)
        AS balance,
      coalesce(k.given_back, false) AS given_back,
      EXISTS (SELECT FROM live WHERE due) AS due
    FROM request r
      LEFT JOIN known k USING (charge_id)
      LEFT JOIN taken t USING (charge_id)
      LEFT JOIN wallet w ON w.user_id = r.user_id
      LEFT JOIN spent s ON s.user_id = r.user_id`.execute(trx);
  return rows;
}
