/** What the ranges of jobs add up to. */
import { sql } from 'kysely';
import { type Database } from '../db/schema';
import { type Trx } from '../db/transaction';

export interface RangeSums {
  readonly rows_read: number;
  readonly rows_loaded: number;
  readonly rows_rejected: number;
  readonly bytes_read: number;
  /** The latest sign of life of any holder. */
  readonly active_at: Date | null;
}

const NOTHING: RangeSums = { rows_read: 0, rows_loaded: 0, rows_rejected: 0, bytes_read: 0, active_at: null };

/** Jobs without ranges are left out. */
export async function sumRanges(
  db: Database | Trx,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, RangeSums>> {
  if (jobIds.length === 0) return new Map();
  const sum = (column: string) => sql<number>`sum(${sql.ref(column)})::bigint`;
  const rows = await db
    .selectFrom('ingest_ranges')
    .select((eb) => [
      'job_id',
      sum('rows_read').as('rows_read'),
      sum('rows_loaded').as('rows_loaded'),
      sum('rows_rejected').as('rows_rejected'),
      sum('bytes_read').as('bytes_read'),
      eb.fn.max('heartbeat_at').as('active_at'),
    ])
    .where('job_id', 'in', jobIds)
    .groupBy('job_id')
    .execute();
  return new Map(rows.map(({ job_id, ...sums }) => [job_id, sums]));
}

export async function sumRangesOf(db: Database | Trx, jobId: string): Promise<RangeSums> {
  return (await sumRanges(db, [jobId])).get(jobId) ?? NOTHING;
}
