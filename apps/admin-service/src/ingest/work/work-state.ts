/** Reads what `nextPiece` decides by, and says who counts as living. */
import { type Expression, type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import { type JobPiece, type Tables } from '../../db/schema';

/** Whether a holder has given a sign of life within the last `ttlS` seconds. */
export function isLive(heartbeatAt: string, ttlS: number): Expression<boolean> {
  return sql<boolean>`coalesce(${sql.ref(heartbeatAt)} >= now() - make_interval(secs => ${ttlS}), false)`;
}

/**
 * The work state of the job in the row at hand. Under a lock it is read in a statement of its own after the one that
 * locks: a statement that waits for a lock sees the row as it is then, but everything else as it was before.
 */
export function workColumns(eb: ExpressionBuilder<Tables, 'ingest_jobs'>, ttlS: number) {
  const open = eb
    .selectFrom('ingest_ranges')
    .whereRef('ingest_ranges.job_id', '=', 'ingest_jobs.id')
    .where('ingest_ranges.state', '<>', 'done')
    .select((inner) => inner.fn.countAll<number>().as('ranges'));
  return [
    'ingest_jobs.state',
    'ingest_jobs.clear',
    'ingest_jobs.parallelism',
    'ingest_jobs.piece',
    sql<boolean>`ingest_jobs.plan IS NOT NULL`.as('planned'),
    sql<boolean>`${isLive('ingest_jobs.heartbeat_at', ttlS)}`.as('pieceLive'),
    sql<boolean>`undo_requested_at IS NOT NULL AND undone_at IS NULL`.as('undoDue'),
    sql<boolean>`seal_due_at IS NOT NULL AND sealed_at IS NULL`.as('sealDue'),
    sql<number>`${open}`.as('rangesOpen'),
    sql<number>`${open
      .where('ingest_ranges.state', '=', 'held')
      .where(isLive('ingest_ranges.heartbeat_at', ttlS))}`.as('rangesLive'),
  ] as const;
}

/** Whether another job of the dataset counts its new records or is being taken back at this moment. */
export function isBusy(eb: ExpressionBuilder<Tables, 'ingest_jobs'>, ttlS: number): RawBuilder<boolean> {
  const pieces: readonly JobPiece[] = ['finish', 'undo'];
  return sql<boolean>`${eb.exists(
    eb
      .selectFrom('ingest_jobs as other')
      .select('other.id')
      .whereRef('other.dataset', '=', 'ingest_jobs.dataset')
      .whereRef('other.id', '<>', 'ingest_jobs.id')
      .where('other.piece', 'in', pieces)
      .where('other.heartbeat_at', 'is not', null)
      .where(isLive('other.heartbeat_at', ttlS)),
  )}`;
}
