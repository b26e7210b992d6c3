/** The end of piece `plan`: ranges to load, or the finding that the content is there already. */
import { type JobPlan, type planJobSchema, type PlannedRange } from '@bigdata/models';
import { sql } from 'kysely';
import { type z } from 'zod';
import { lockDataset } from '../../db/advisory-locks';
import { type Database } from '../../db/schema';
import { inTransaction, type Trx } from '../../db/transaction';
import { findSameContent, sameContentDetail } from '../same-content';
import { type JobRow } from '../to-job';
import { endJob } from './end-job';
import { lostPiece, noSuchJob } from './refusals';

type PlanOfJob = z.output<typeof planJobSchema>;

export interface PlanRepository {
  /**
   * Null when the job failed because its content is there already. Repeating it changes nothing.
   * @returns the job with its plan
   * @throws AppError `not_found`, or `conflict` when the piece was lost
   */
  plan(id: string, planned: PlanOfJob): Promise<JobRow | null>;
}

const ALREADY_LOADED = 'already_loaded';

export function createPlanRepository(db: Database): PlanRepository {
  return {
    plan: (id, { attempt, plan, sha256, ranges }) =>
      inTransaction(db, async (trx) => {
        const job = await trx
          .selectFrom('ingest_jobs')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (!job) throw noSuchJob();
        const held = job.piece === 'plan' && job.piece_attempt === attempt;
        if (held && job.state === 'failed' && job.error?.code === ALREADY_LOADED) return null;
        if (!held || job.state !== 'running') throw lostPiece(job, attempt);
        if (job.plan !== null) return job;

        // What the worker has just read is surer than what was uploaded once.
        const content = { dataset: job.dataset, sha256: sha256 ?? job.sha256 };
        await lockDataset(trx, job.dataset);
        const same = job.force ? null : await findSameContent(trx, content, { but: id, active: 'planned' });
        await replaceRanges(trx, id, same ? [] : ranges);
        if (!same) return storePlan(trx, id, content.sha256, plan);
        await trx
          .updateTable('ingest_jobs')
          .set({ sha256: content.sha256, format: plan.format, clear: false })
          .where('id', '=', id)
          .execute();
        const detail = sameContentDetail(same, job.dataset);
        await endJob(trx, id, { state: 'failed', error: { code: ALREADY_LOADED, detail } });
        return null;
      }),
  };
}

function storePlan(trx: Trx, id: string, sha256: string | null, plan: JobPlan): Promise<JobRow> {
  return trx
    .updateTable('ingest_jobs')
    .set({
      plan: JSON.stringify(plan),
      format: plan.format,
      sha256,
      clear: false,
      heartbeat_at: null,
      claimed_at: null,
      claimed_rows: 0,
      claimed_bytes: 0,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** In one statement with one parameter: thousands of ranges would exceed the number of parameters there can be. */
async function replaceRanges(trx: Trx, jobId: string, ranges: readonly PlannedRange[]): Promise<void> {
  await trx.deleteFrom('ingest_ranges').where('job_id', '=', jobId).execute();
  const rows = ranges.map((range, number) => ({ ...range, number }));
  await sql`
    INSERT INTO ingest_ranges (job_id, number, start_position, end_position, line, first_batch)
    SELECT ${jobId}, number, start, "end", line, first_batch
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS range (number integer, start bigint, "end" bigint, line bigint, first_batch bigint)`.execute(trx);
}
