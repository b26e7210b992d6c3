/**
 * Credits that expire, in lots: what is left of each such grant. They are burnt soonest-expiring first, before the
 * credits that never expire, which are in no lot. Whoever changes a lot holds the lock of its wallet.
 */
import { type RawBuilder, sql } from 'kysely';
import { type Database } from '../db/schema';
import { type Trx } from '../db/transaction';

export interface NewLot {
  /** Of the grant's entry. */
  readonly id: number;
  readonly userId: string;
  readonly expiresAt: string;
  readonly granted: number;
}

export async function addLot(trx: Trx, { id, userId, expiresAt, granted }: NewLot): Promise<void> {
  await trx
    .insertInto('credit_lots')
    .values({ id, user_id: userId, expires_at: expiresAt, granted, remaining: granted })
    .execute();
}

/**
 * Writes off what has expired of these wallets, which the caller has locked: one `expiry` entry per lot. Whoever
 * is about to decide on a balance calls it first, so that nothing expired is ever spent, swept or not.
 * @returns how many lots
 */
export async function expireDueLots(trx: Trx, userIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH due AS (
      SELECT l.id, l.user_id, l.remaining, w.balance
        - sum(l.remaining) OVER (PARTITION BY l.user_id ORDER BY l.expires_at, l.id) AS balance_after
      FROM credit_lots l JOIN wallets w USING (user_id)
      WHERE l.user_id = ANY(${userIds}::uuid[]) AND l.remaining > 0 AND l.expires_at <= statement_timestamp()
    ),
    written AS (
      INSERT INTO ledger_entries (user_id, kind, amount, balance_after, refers_to)
      SELECT user_id, 'expiry', -remaining, balance_after, id FROM due ORDER BY user_id, balance_after DESC
    ),
    emptied AS (
      UPDATE credit_lots l SET remaining = 0 FROM due WHERE l.id = due.id
    ),
    lowered AS (
      UPDATE wallets w SET balance = d.balance
      FROM (SELECT user_id, min(balance_after) AS balance FROM due GROUP BY user_id) AS d
      WHERE w.user_id = d.user_id
    )
    SELECT count(*) AS count FROM due`.execute(trx);
  return rows[0]?.count ?? 0;
}

/** Wallets with credits that have expired and are not written off yet. */
export async function findDueWallets(db: Database | Trx, max: number): Promise<string[]> {
  const rows = await db
    .selectFrom('credit_lots')
    .select('user_id')
    .where('remaining', '>', 0)
    .where('expires_at', '<=', sql<Date>`statement_timestamp()`)
    .orderBy('expires_at')
    .limit(max)
    .execute();
  return [...new Set(rows.map(({ user_id }) => user_id))];
}

/** Takes `amount` out of a wallet's lots as far as they reach; the rest comes from what never expires. */
export async function burnLots(
  trx: Trx,
  { userId, amount, firstLot }: { userId: string; amount: number; firstLot: number | null },
): Promise<void> {
  await sql`
    WITH lot AS (
      SELECT id, remaining, sum(remaining) OVER (
        ORDER BY id IS NOT DISTINCT FROM ${firstLot}::bigint DESC, expires_at, id
      ) AS upto
      FROM credit_lots WHERE user_id = ${userId} AND remaining > 0
    )
    UPDATE credit_lots l
    SET remaining = lot.upto - least(lot.upto, greatest(${amount}::bigint, lot.upto - lot.remaining))
    FROM lot WHERE l.id = lot.id`.execute(trx);
}

/** What a wallet of a query holds now: without what has expired and is not written off yet. */
export function spendableBalance(wallet: 'w'): RawBuilder<number> {
  return sql<number>`${sql.ref(`${wallet}.balance`)} - coalesce((
    SELECT sum(l.remaining) FROM credit_lots l
    WHERE l.user_id = ${sql.ref(`${wallet}.user_id`)} AND l.remaining > 0 AND l.expires_at <= statement_timestamp()
  ), 0)::bigint`;
}
