import { sql } from 'kysely';
import { prepared } from '../db/prepared';
import { type Database } from '../db/schema';
import { inTransaction, retrying } from '../db/transaction';
import { expireDueLots } from './lots';
import { lockWalletsOf } from './wallet-lock';

/** Keeps the credits: no wallet is touched, nothing is written to the ledger. @returns how many were open */
export async function keepReserved(db: Database, chargeIds: readonly string[]): Promise<number> {
  if (chargeIds.length === 0) return 0;
  const { rows } = await retrying(() =>
    sql<{ count: number }>`
      ${prepared('keep-reserved')}
      WITH kept AS (
        DELETE FROM reservations WHERE charge_id = ANY(${chargeIds}::uuid[]) RETURNING charge_id
      ),
      parts AS (
        DELETE FROM reservation_lots WHERE charge_id = ANY(${chargeIds}::uuid[])
          AND charge_id IN (SELECT charge_id FROM kept)
      )
      SELECT count(*) AS count FROM kept`.execute(db),
  );
  return rows[0]?.count ?? 0;
}

export interface GivenBack {
  readonly chargeId: string;
  /** This much stays charged, at most what was reserved. */
  readonly keep: number;
  /** Only while this attempt holds it; null: whoever does. */
  readonly attempt: string | null;
}

/**
 * Ends reservations whose credits come back, in whole or in part: a `release` entry for each. What was burnt first is
 * kept first, so what never expires comes back before what does, and what expires late before what expires soon. A
 * lot that has expired meanwhile takes its credits back and is written off at once.
 * @returns how many were open once their wallets were locked
 */
export async function giveBackReserved(db: Database, ended: readonly GivenBack[]): Promise<number> {
  if (ended.length === 0) return 0;
  const chargeIds = ended.map(({ chargeId }) => chargeId);
  return inTransaction(db, async (trx) => {
    await lockWalletsOf(trx, chargeIds);
    const { rows } = await sql<{ count: number; owners: string[] }>`
      WITH request AS (
        SELECT * FROM unnest(
          ${chargeIds}::uuid[],
          ${ended.map(({ keep }) => keep)}::bigint[],
          ${ended.map(({ attempt }) => attempt)}::uuid[]
        ) AS r (charge_id, keep, attempt)
      ),
      ended AS (
        DELETE FROM reservations v USING request r
        WHERE v.charge_id = r.charge_id AND (r.attempt IS NULL OR r.attempt = v.attempt)
        RETURNING v.charge_id, v.user_id, v.request_id, v.amount, least(r.keep, v.amount) AS kept
      ),
      part AS (
        DELETE FROM reservation_lots p USING ended e WHERE p.charge_id = e.charge_id
        RETURNING p.lot_id, e.user_id, least(p.amount, greatest(p.upto - e.kept, 0)) AS amount
      ),
      refilled AS (
        UPDATE credit_lots l SET remaining = l.remaining + p.amount
        FROM (SELECT lot_id, sum(amount) AS amount FROM part GROUP BY lot_id) AS p
        WHERE l.id = p.lot_id
      ),
      entry AS (
        SELECT e.charge_id, e.user_id, e.request_id, e.amount - e.kept AS amount,
          w.balance + sum(e.amount - e.kept) OVER (PARTITION BY e.user_id ORDER BY e.charge_id) AS balance_after
        FROM ended e JOIN wallets w USING (user_id) WHERE e.amount > e.kept
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
      SELECT count(*) AS count, ARRAY(SELECT DISTINCT user_id::text FROM part) AS owners FROM ended`.execute(
      trx,
    );
    const { count, owners } = rows[0] ?? { count: 0, owners: [] };
    if (owners.length > 0) await expireDueLots(trx, owners);
    return count;
  });
}

/** How a charge has ended, as the ledger tells; `unknown` when it was never taken. */
export interface Ending {
  readonly state: 'open' | 'kept' | 'given_back' | 'unknown';
  /** What stays charged. */
  readonly kept: number;
}

const UNKNOWN: Ending = { state: 'unknown', kept: 0 };

/** @returns the ending of each charge, by its id in lower case */
export async function findEndings(
  db: Database,
  chargeIds: readonly string[],
): Promise<(chargeId: string) => Ending> {
  const { rows } = await sql<{ charge_id: string; open: boolean; kept: number }>`
    SELECT c.charge_id, EXISTS (SELECT FROM reservations v WHERE v.charge_id = c.charge_id) AS open,
      -c.amount - coalesce((
        SELECT r.amount FROM ledger_entries r WHERE r.kind = 'release' AND r.charge_id = c.charge_id
      ), 0) AS kept
    FROM ledger_entries c
    WHERE c.kind = 'charge' AND c.charge_id = ANY(${chargeIds}::uuid[])`.execute(db);
  const endings = new Map(
    rows.map(({ charge_id, open, kept }) => [
      charge_id,
      { state: open ? ('open' as const) : kept > 0 ? ('kept' as const) : ('given_back' as const), kept },
    ]),
  );
  return (chargeId) => endings.get(chargeId.toLowerCase()) ?? UNKNOWN;
}
