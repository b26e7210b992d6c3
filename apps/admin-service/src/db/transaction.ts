/** Transactions that run again by themselves when PostgreSQL asks for it (deadlock, serialisation failure). */
import { type Transaction } from 'kysely';
import { isRetried } from './postgres-errors';
import { type Database, type Tables } from './schema';

export type Trx = Transaction<Tables>;

const TRIES_MAX = 4;

/** @param work has no effect but on the database, for it may run more than once */
export function inTransaction<T>(db: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  return retrying(() => db.transaction().execute(work));
}

/** The same for one statement by itself. */
export async function retrying<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isRetried(error) || tries === TRIES_MAX) throw error;
    }
  }
}
