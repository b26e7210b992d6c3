/** What the queue must hold: all jobs with something to do that nobody does. */
import { JOB_PARALLELISM_MAX, type JobPriority } from '@bigdata/models';
import { sql } from 'kysely';
import { tryLock } from '../../db/advisory-locks';
import { type Database } from '../../db/schema';
import { inTransaction } from '../../db/transaction';
import { needsDataset, nextPiece, type WorkState } from './next-piece';
import { isBusy, workColumns } from './work-state';

export interface DueJob {
  readonly id: string;
  readonly priority: JobPriority;
  /** Workers that could find something to do on it at once. */
  readonly workers: number;
}

export interface DueRepository {
  /** Calls `use` with up to `max` jobs, oldest first. Does nothing while another instance is at it. */
  withDueJobs(max: number, use: (jobs: readonly DueJob[]) => Promise<void>): Promise<void>;
  /**
   * Marks loads that are to move into the base: those that can no longer be undone, and the oldest of those beyond
   * `loadsMax`, because every load that is kept apart costs each query a little.
   * @returns how many
   */
  markSeals(retentionHours: number, loadsMax: number): Promise<number>;
}

export function createDueRepository(db: Database, heartbeatTtlS: number): DueRepository {
  return {
    withDueJobs: (max, use) =>
      inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'reconcile'))) return;
        const rows = await trx
          .selectFrom('ingest_jobs')
          .select(['id', 'priority'])
          .select((eb) => workColumns(eb, heartbeatTtlS))
          .select((eb) => isBusy(eb, heartbeatTtlS).as('busy'))
          // One member per partial index.
          .where((eb) =>
            eb.or([
              eb('state', 'in', ['queued', 'running']),
              eb.and([eb('undo_requested_at', 'is not', null), eb('undone_at', 'is', null)]),
              eb.and([eb('seal_due_at', 'is not', null), eb('sealed_at', 'is', null)]),
            ]),
          )
          .orderBy('id')
          .limit(max)
          .execute();
        const due = rows.flatMap((row) => toDueJob(row) ?? []);
        if (due.length > 0) await use(due);
      }),

    async markSeals(retentionHours, loadsMax) {
      const { numAffectedRows = 0n } = await sql`
        UPDATE ingest_jobs SET seal_due_at = now()
        FROM (
          SELECT id, row_number() OVER (ORDER BY finished_at DESC, id DESC) AS place
          FROM ingest_jobs
          WHERE holds_rows AND sealed_at IS NULL AND finished_at IS NOT NULL AND undo_requested_at IS NULL
        ) unsealed
        WHERE ingest_jobs.id = unsealed.id
          AND state NOT IN ('queued', 'running') AND undo_requested_at IS NULL AND seal_due_at IS NULL
          AND (finished_at < now() - make_interval(hours => ${retentionHours}) OR place > ${loadsMax})
        `.execute(db);
      return Number(numAffectedRows);
    },
  };
}

type WorkRow = WorkState & Pick<DueJob, 'id' | 'priority'> & { readonly busy: boolean };

/** @returns null when there is nothing to do, or somebody does it */
function toDueJob(work: WorkRow): DueJob | null {
  const kind = nextPiece(work);
  if (kind === null || (needsDataset(kind) && work.busy)) return null;
  if (kind === 'plan' && work.piece === 'plan' && work.pieceLive) return null;
  const { id, priority } = work;
  return { id, priority, workers: kind === 'range' ? workersFor(work.rangesOpen, work.parallelism) : 1 };
}

export function workersFor(ranges: number, parallelism: number | null): number {
  return Math.max(1, Math.min(ranges, parallelism ?? JOB_PARALLELISM_MAX, JOB_PARALLELISM_MAX));
}
