/**
 * Proves that the books agree, from one snapshot of the database: every balance is the sum of its ledger, every
 * `balance_after` the sum up to there, every charge ended at most once and for no more than was taken, and of every
 * expiring grant just that is left which the ledger leaves of it.
 */
import { sql } from 'kysely';
import { type Database } from '../db/schema';
import { type Trx } from '../db/transaction';
import { createLotReplay, type LotReplay, type ReplayedEntry } from './replay-lots';

export interface Discrepancy {
  readonly what: 'balance' | 'balance_after' | 'charge' | 'lot';
  readonly user_id: string;
  /** Of the entry, the charge or the lot; of a balance the user's. */
  readonly id: string;
  readonly expected: number | null;
  readonly found: number | null;
}

export interface BooksReport {
  readonly wallets: number;
  readonly entries: number;
  readonly credits: number;
  /** Credits by which balances differ from their ledgers, without regard to the sign. */
  readonly drift: number;
  /** At most `DISCREPANCIES_MAX` of each kind. */
  readonly discrepancies: readonly Discrepancy[];
}

const DISCREPANCIES_MAX = 100;
const PAGE = 10_000;

export function verifyBooks(db: Database): Promise<BooksReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const totals = await readTotals(trx);
      return {
        ...totals,
        discrepancies: [
          ...(await findWrongBalances(trx)),
          ...(await findWrongRunningBalances(trx)),
          ...(await findWrongCharges(trx)),
          ...(await findWrongLots(trx)),
        ],
      };
    });
}

const LEDGER_SUMS = sql`
  SELECT coalesce(w.user_id, l.user_id) AS user_id, w.balance AS found, coalesce(l.sum, 0)::bigint AS expected
  FROM wallets w FULL JOIN (
    SELECT user_id, sum(amount) AS sum FROM ledger_entries GROUP BY user_id
  ) AS l USING (user_id)`;

async function readTotals(trx: Trx): Promise<Omit<BooksReport, 'discrepancies'>> {
  const { rows } = await sql<Omit<BooksReport, 'discrepancies'>>`
    SELECT count(found) AS wallets, coalesce(sum(found), 0)::bigint AS credits,
      coalesce(sum(abs(coalesce(found, 0) - expected)), 0)::bigint AS drift,
      (SELECT count(*) FROM ledger_entries) AS entries
    FROM (${LEDGER_SUMS}) AS s`.execute(trx);
  return rows[0] ?? { wallets: 0, entries: 0, credits: 0, drift: 0 };
}

async function findWrongBalances(trx: Trx): Promise<Discrepancy[]> {
  const { rows } = await sql<Discrepancy>`
    SELECT 'balance' AS what, user_id, user_id::text AS id, expected, found
    FROM (${LEDGER_SUMS}) AS s WHERE found IS DISTINCT FROM expected LIMIT ${DISCREPANCIES_MAX}`.execute(trx);
  return rows;
}

async function findWrongRunningBalances(trx: Trx): Promise<Discrepancy[]> {
  const { rows } = await sql<Discrepancy>`
    SELECT 'balance_after' AS what, user_id, id::text AS id, running::bigint AS expected, balance_after AS found
    FROM (
      SELECT id, user_id, balance_after, sum(amount) OVER (PARTITION BY user_id ORDER BY id) AS running
      FROM ledger_entries
    ) AS e WHERE running <> balance_after LIMIT ${DISCREPANCIES_MAX}`.execute(trx);
  return rows;
}

/** An open or given back charge that was not taken, or not that much; one that is open and has come back. */
async function findWrongCharges(trx: Trx): Promise<Discrepancy[]> {
  const { rows } = await sql<Discrepancy>`
    SELECT 'charge' AS what, e.user_id, e.charge_id::text AS id, -c.amount AS expected, e.amount AS found
    FROM (
      SELECT user_id, charge_id, amount, true AS open FROM reservations
      UNION ALL
      SELECT user_id, charge_id, amount, false FROM ledger_entries WHERE kind = 'release'
    ) AS e
      LEFT JOIN ledger_entries c ON c.kind = 'charge' AND c.charge_id = e.charge_id AND c.user_id = e.user_id
    WHERE c.id IS NULL OR e.amount > -c.amount
      OR (e.open AND (e.amount <> -c.amount OR EXISTS (
        SELECT FROM ledger_entries r WHERE r.kind = 'release' AND r.charge_id = e.charge_id
      )))
    LIMIT ${DISCREPANCIES_MAX}`.execute(trx);
  return rows;
}

async function findWrongLots(trx: Trx): Promise<Discrepancy[]> {
  const { rows: lots } = await sql<{ id: number; user_id: string; remaining: number | null }>`
    SELECT coalesce(l.id, e.id) AS id, coalesce(l.user_id, e.user_id) AS user_id, l.remaining
    FROM credit_lots l
      FULL JOIN (SELECT id, user_id FROM ledger_entries WHERE expires_at IS NOT NULL) AS e
        ON e.id = l.id AND e.user_id = l.user_id`.execute(trx);
  const wrong: Discrepancy[] = [];
  for (const [userId, own] of Map.groupBy(lots, ({ user_id }) => user_id)) {
    const expected = (await replay(trx, userId)).remaining();
    for (const { id, remaining: found } of own) {
      const left = expected.get(id) ?? null;
      if (left !== found) {
        wrong.push({ what: 'lot', user_id: userId, id: String(id), expected: left, found });
      }
    }
    if (wrong.length >= DISCREPANCIES_MAX) break;
  }
  return wrong.slice(0, DISCREPANCIES_MAX);
}

async function replay(trx: Trx, userId: string): Promise<LotReplay> {
  const lots = createLotReplay();
  let after = 0;
  for (;;) {
    // The time that counts is the lot's: it is what the credits were burnt by.
    const { rows } = await sql<ReplayedEntry>`
      SELECT e.id, e.kind, e.amount, e.charge_id, e.refers_to, coalesce(l.expires_at, e.expires_at) AS expires_at
      FROM ledger_entries e LEFT JOIN credit_lots l ON l.id = e.id
      WHERE e.user_id = ${userId} AND e.id > ${after} ORDER BY e.id LIMIT ${PAGE}`.execute(trx);
    for (const entry of rows) lots.apply(entry);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return lots;
    after = last.id;
  }
}
