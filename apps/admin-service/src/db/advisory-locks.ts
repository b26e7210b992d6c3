/** Locks by number in PostgreSQL, held to the end of a transaction. One table, so that numbers never meet. */
import { sql } from 'kysely';
import { type Trx } from './transaction';

const LOCKS = {
  /** Changes that could leave the system without a working admin. */
  admins: 1,
  /** The bootstrap of the first admin. */
  bootstrap: 2,
  /** The release of abandoned reservations. */
  sweep: 3,
  /** The writing off of credits that have expired. */
  expire: 7,
  /** The comparison of the jobs' rows with the queue. */
  reconcile: 4,
  /** One name in the inbox, together with a hash of it. */
  inboxFile: 5,
  /** One dataset, together with a hash of its name. */
  dataset: 6,
  /** The numbers of erased identifiers: they become visible in their order. */
  erasedIdentifiers: 9,
  /** The partitions of the request log. */
  requestLogDays: 8,
} as const;

export async function lock(
  trx: Trx,
  name: Exclude<keyof typeof LOCKS, 'inboxFile' | 'dataset'>,
): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCKS[name]}, 0)`.execute(trx);
}

/** False when another transaction holds it. */
export async function tryLock(trx: Trx, name: 'sweep' | 'expire' | 'reconcile'): Promise<boolean> {
  const { rows } = await sql<{
    taken: boolean;
  }>`SELECT pg_try_advisory_xact_lock(${LOCKS[name]}, 0) AS taken`.execute(trx);
  return rows[0]?.taken ?? false;
}

/** Two names may share a lock: they then wait for each other, which is harmless. */
export async function lockInboxFile(trx: Trx, name: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCKS.inboxFile}, hashtext(${name}))`.execute(trx);
}

/**
 * For what no two jobs of a dataset may decide at once: whether content is there already, who counts what is new, what
 * makes the keys. Taken after the row of a job or the name of a file, never before.
 */
export async function lockDataset(trx: Trx, name: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCKS.dataset}, hashtext(${name}))`.execute(trx);
}
