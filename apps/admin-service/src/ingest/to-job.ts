/** A job's row as the API shows it. Pure. */
import { type Job, type JobState } from '@bigdata/models';
import { type Selectable } from 'kysely';
import { type IngestJobsTable } from '../db/schema';
import { toProgress } from './job-progress';
import { type RangeSums } from './range-sums';

export type JobRow = Selectable<IngestJobsTable>;

export const ACTIVE_STATES = ['queued', 'running'] as const satisfies readonly JobState[];
export const ENDED_STATES = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly JobState[];

export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running';
}

/** Until when the load can be taken back at the latest; null: it cannot. */
export function undoUntil(row: JobRow, retentionHours: number): Date | null {
  const { state, finished_at: finishedAt, holds_rows: holdsRows, sealed_at: sealedAt, piece } = row;
  if (isActive(state) || !finishedAt || !holdsRows || sealedAt || piece === 'seal') return null;
  return new Date(finishedAt.getTime() + retentionHours * 3_600_000);
}

/** @param sums of its ranges; looked at while the job has not ended */
export function toJob(row: JobRow, sums: RangeSums | undefined, undoRetentionHours: number): Job {
  const ended = !isActive(row.state);
  const done = ended ? row : sums;
  return {
    id: row.id,
    load_number: row.load_number,
    state: row.state,
    source: row.source,
    dataset: row.dataset,
    country: row.country,
    priority: row.priority,
    parallelism: row.parallelism,
    format: row.format,
    attempts: row.tries,
    progress: toProgress({
      rowsRead: done?.rows_read ?? 0,
      rowsLoaded: done?.rows_loaded ?? 0,
      rowsRejected: done?.rows_rejected ?? 0,
      bytesRead: done?.bytes_read ?? 0,
      bytesTotal: row.plan?.bytes_total ?? null,
      since: row.claimed_at,
      sinceRows: row.claimed_rows,
      sinceBytes: row.claimed_bytes,
      until: ended ? row.finished_at : (sums?.active_at ?? null),
      ended,
    }),
    result: row.result,
    error: row.error,
    undo: row.undo_requested_at
      ? {
          state: row.undone_at ? 'done' : 'requested',
          requested_at: row.undo_requested_at.toISOString(),
          finished_at: row.undone_at?.toISOString() ?? null,
        }
      : null,
    undo_until: undoUntil(row, undoRetentionHours)?.toISOString() ?? null,
    sealed_at: row.sealed_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
