/** The ends of pieces `finish`, `undo` and `seal`, and what a job leaves behind for later ones. */
import { AppError, type settleLoadSchema } from '@bigdata/models';
import { sql } from 'kysely';
import { type z } from 'zod';
import { type Database } from '../../db/schema';
import { inTransaction, type Trx } from '../../db/transaction';
import { type JobRow } from '../to-job';
import { totalsOf } from './claim.repository';
import { endJob } from './end-job';
import { holdsOwn } from './piece.repository';
import { lostPiece, noSuchJob } from './refusals';

export interface EndingRepository {
  /**
   * Repeating it changes nothing.
   * @throws AppError `not_found`; `conflict` when the piece was lost; `invalid_request` when more is new than was loaded
   */
  finish(id: string, attempt: number, recordsNew: number): Promise<void>;
  /** Repeating it changes nothing. @throws AppError `not_found`; `conflict` when the piece was lost */
  settle(id: string, kind: z.output<typeof settleLoadSchema>['kind'], attempt: number): Promise<void>;
  /** The explicit mapping under which a file with this header was loaded last. */
  recallMapping(fingerprint: string): Promise<Record<string, string> | null>;
}

export function createEndingRepository(db: Database): EndingRepository {
  return {
    finish: (id, attempt, recordsNew) =>
      inTransaction(db, async (trx) => {
        const job = await lockJob(trx, id);
        if (!holdsOwn(job, 'finish', attempt)) {
          const repeated =
            job.piece === 'finish' && job.piece_attempt === attempt && job.result?.records_new === recordsNew;
          if (repeated) return;
          throw lostPiece(job, attempt);
        }
        const totals = await totalsOf(trx, id);
        if (recordsNew > totals.rows_loaded) {
          throw new AppError('invalid_request', { detail: 'More records are new than rows were loaded.' });
        }
        const result = {
          ...totals,
          records_new: recordsNew,
          records_merged: totals.rows_loaded - recordsNew,
        };
        await endJob(trx, id, { state: 'succeeded', result });
        // There may be thousands, and nothing is taken up again from here.
        await dropRanges(trx, id);
        await rememberMapping(trx, job);
      }),

    settle: (id, kind, attempt) =>
      inTransaction(db, async (trx) => {
        const job = await lockJob(trx, id);
        if (!holdsOwn(job, kind, attempt)) {
          const done = kind === 'undo' ? job.undone_at : job.sealed_at;
          if (done !== null && job.piece === kind && job.piece_attempt === attempt) return;
          throw lostPiece(job, attempt);
        }
        await trx
          .updateTable('ingest_jobs')
          .set({
            heartbeat_at: null,
            ...(kind === 'undo' ? { undone_at: sql<Date>`now()` } : { sealed_at: sql<Date>`now()` }),
          })
          .where('id', '=', id)
          .execute();
        await dropRanges(trx, id);
      }),

    async recallMapping(fingerprint) {
      const row = await db
        .updateTable('ingest_mappings')
        .set({ last_used_at: sql<Date>`now()` })
        .where('fingerprint', '=', fingerprint)
        .returning('mapping')
        .executeTakeFirst();
      return row?.mapping ?? null;
    },
  };
}

async function lockJob(trx: Trx, id: string): Promise<JobRow> {
  const row = await trx
    .selectFrom('ingest_jobs')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noSuchJob();
  return row;
}

async function dropRanges(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('ingest_ranges').where('job_id', '=', id).execute();
}

/** A mapping that someone gave and that led to a load; the latest one for a header counts. */
async function rememberMapping(trx: Trx, { mapping, plan }: JobRow): Promise<void> {
  if (!plan || Object.keys(mapping).length === 0) return;
  const remembered = { mapping: JSON.stringify(mapping), last_used_at: sql<Date>`now()` };
  await trx
    .insertInto('ingest_mappings')
    .values({ fingerprint: plan.fingerprint, ...remembered })
    .onConflict((conflict) => conflict.column('fingerprint').doUpdateSet(remembered))
    .execute();
}
