/**
 * What the holder of a piece says while it holds it. Writers to ranges share the job's row, so that nothing is written
 * to a range once the job has ended, and wait for nobody but whoever hands out or ends.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type AppError,
  type advanceRangeSchema,
  type beatPieceSchema,
  type failJobSchema,
} from '@bigdata/models';
import { sql } from 'kysely';
import { type z } from 'zod';
import { type Database } from '../../db/schema';
import { inTransaction, type Trx } from '../../db/transaction';
import { type JobRow } from '../to-job';
import { endJob, storable } from './end-job';
import { lostPiece, noSuchJob } from './refusals';

export interface PieceRepository {
  /** @throws AppError `not_found`; `conflict` when the piece was lost, cancelled or ended */
  beat(id: string, beat: z.output<typeof beatPieceSchema>): Promise<void>;
  /** Repeating the end of a range changes nothing. @throws AppError as `beat` */
  advance(id: string, step: z.output<typeof advanceRangeSchema>): Promise<void>;
  /** Repeating it changes nothing. @throws AppError as `beat` */
  fail(id: string, failure: z.output<typeof failJobSchema>): Promise<void>;
}

export function createPieceRepository(db: Database): PieceRepository {
  /** Throws what `work` returns, after what it wrote is committed. */
  const refusing = async (work: (trx: Trx) => Promise<AppError | null>): Promise<void> => {
    const refusal = await inTransaction(db, work);
    if (refusal) throw refusal;
  };

  return {
    beat: (id, beat) => refusing((trx) => (beat.kind === 'range' ? beatRange : beatOwn)(trx, id, beat)),

    advance: (id, { range, attempt, checkpoint, bytes_read, done }) =>
      refusing(async (trx) => {
        const job = await lockJob(trx, id, 'share');
        const held = heldRange(trx, id, range, attempt);
        if (!isLoading(job)) {
          // Its rows are durable, so that nothing of it is under way: it can be undone at once.
          await held.set({ state: 'waiting' }).execute();
          return lostPiece(job, attempt);
        }
        const { numUpdatedRows } = await held
          .set({
            checkpoint: JSON.stringify(checkpoint),
            bytes_read,
            heartbeat_at: sql<Date>`now()`,
            state: done ? 'done' : 'held',
          })
          .executeTakeFirst();
        if (numUpdatedRows > 0n) return null;
        const row = await trx
          .selectFrom('ingest_ranges')
          .select('checkpoint')
          .where('job_id', '=', id)
          .where('number', '=', range)
          .where('attempt', '=', attempt)
          .where('state', '=', 'done')
          .executeTakeFirst();
        return done && isDeepStrictEqual(row?.checkpoint, checkpoint) ? null : lostPiece(job, attempt);
      }),

    fail: (id, { kind, range, attempt, error }) =>
      refusing(async (trx) => {
        const job = await lockJob(trx, id, 'update');
        const repeated = job.state === 'failed' && isDeepStrictEqual(job.error, storable(error));
        let mine;
        if (kind === 'range') {
          const { numUpdatedRows } = await heldRange(trx, id, range ?? -1, attempt)
            .set({ state: 'waiting' })
            .executeTakeFirst();
          mine = numUpdatedRows > 0n && isLoading(job);
        } else mine = holdsOwn(job, kind, attempt);
        if (mine) await endJob(trx, id, { state: 'failed', error });
        return mine || repeated ? null : lostPiece(job, attempt);
      }),
  };
}

type Beat = z.output<typeof beatPieceSchema>;

async function beatRange(trx: Trx, id: string, { range, attempt, release }: Beat): Promise<AppError | null> {
  const job = await lockJob(trx, id, 'share');
  const held = heldRange(trx, id, range ?? -1, attempt);
  if (!release && !isLoading(job)) return lostPiece(job, attempt);
  const { numUpdatedRows } = await (
    release ? held.set({ state: 'waiting' }) : held.set({ heartbeat_at: sql<Date>`now()` })
  ).executeTakeFirst();
  return numUpdatedRows > 0n ? null : lostPiece(job, attempt);
}

async function beatOwn(trx: Trx, id: string, { kind, attempt, release }: Beat): Promise<AppError | null> {
  const job = await lockJob(trx, id, 'update');
  if (kind === 'range' || !holdsOwn(job, kind, attempt)) return lostPiece(job, attempt);
  await trx
    .updateTable('ingest_jobs')
    .set({ heartbeat_at: release ? null : sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  return null;
}

async function lockJob(trx: Trx, id: string, mode: 'share' | 'update'): Promise<JobRow> {
  const query = trx.selectFrom('ingest_jobs').selectAll().where('id', '=', id);
  const row = await (mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst();
  if (!row) throw noSuchJob();
  return row;
}

function heldRange(trx: Trx, id: string, range: number, attempt: number) {
  return trx
    .updateTable('ingest_ranges')
    .where('job_id', '=', id)
    .where('number', '=', range)
    .where('attempt', '=', attempt)
    .where('state', '=', 'held');
}

/** Ranges are held under a plan; one that is to be replaced is none. */
function isLoading(job: JobRow): boolean {
  return job.state === 'running' && job.plan !== null;
}

/** Whether the piece of the job itself is held under this token, and not done. */
export function holdsOwn(job: JobRow, kind: NonNullable<JobRow['piece']>, attempt: number): boolean {
  if (job.piece !== kind || job.piece_attempt !== attempt) return false;
  switch (kind) {
    case 'plan':
      return job.state === 'running' && job.plan === null;
    case 'finish':
      return job.state === 'running';
    case 'undo':
      return job.undo_requested_at !== null && job.undone_at === null;
    case 'seal':
      return job.sealed_at === null;
  }
}
