/**
 * PostgreSQL's part of a backup is the older one: what ClickHouse did after it is not known here. Loads that PostgreSQL
 * does not know are dropped there; what it did to those that are known is written down here.
 */
import { type RestoredLoads } from '@bigdata/models';
import { sql } from 'kysely';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';

/** A load without a plan has no rows that its next try could build on. */
export async function readLoads(db: Database): Promise<number[]> {
  const rows = await db
    .selectFrom('ingest_jobs')
    .select('load_number')
    .where('plan', 'is not', null)
    .orderBy('load_number')
    .execute();
  return rows.map(({ load_number }) => load_number);
}

export async function readErasedHashes(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('erased_identifiers').select('hash').orderBy('number').execute();
  return rows.map(({ hash }) => hash);
}

/**
 * A load that ended with rows and has none of its own was moved into the base between the two parts (or taken back): it
 * cannot be undone any more. And no later load may get the number of one that ClickHouse has heard of.
 * @returns how many loads are recorded as moved
 */
export function settleLoads(db: Database, { loads, last_load }: RestoredLoads): Promise<number> {
  return inTransaction(db, async (trx) => {
    const { numAffectedRows } = await sql`
      UPDATE ingest_jobs SET sealed_at = now()
      WHERE holds_rows AND sealed_at IS NULL AND undo_requested_at IS NULL AND rows_loaded > 0
        AND state IN ('succeeded', 'failed', 'cancelled')
        AND load_number <> ALL (${[...loads]}::bigint[])`.execute(trx);
    await sql`
      SELECT setval(sequence, greatest(nextval(sequence), ${last_load + 1}::bigint), false)
      FROM pg_get_serial_sequence('ingest_jobs', 'load_number') AS sequence`.execute(trx);
    return Number(numAffectedRows ?? 0n);
  });
}
