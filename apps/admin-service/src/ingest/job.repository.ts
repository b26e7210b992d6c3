/** Ingest jobs as admins make and see them. The row is the truth: it stands before the queue hears of the job. */
import { AppError, type CreateJob, type Job, type JobState } from '@bigdata/models';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { lockDataset, lockInboxFile } from '../db/advisory-locks';
import { type Database } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { ensureDataset } from './datasets/dataset.repository';
import { sumRanges } from './range-sums';
import { findSameContent, sameContentDetail } from './same-content';
import { inboxNameOf } from './source';
import { isActive, type JobRow, toJob } from './to-job';
import { findUploadHash } from './upload.repository';

export interface JobRepository {
  /** @throws AppError `conflict` when the same content is known to have been loaded, or is being loaded */
  create(job: CreateJob, audit: Audit): Promise<Job>;
  find(id: string): Promise<Job | null>;
  list(state: JobState | undefined, page: PageRequest): Promise<Page<Job>>;
}

const keySchema = z.strictObject({ id: z.guid() });

export function createJobRepository(db: Database, undoRetentionHours: number): JobRepository {
  const toJobs = async (rows: readonly JobRow[]): Promise<Job[]> => {
    const active = rows.filter(({ state }) => isActive(state)).map(({ id }) => id);
    const sums = await sumRanges(db, active);
    return rows.map((row) => toJob(row, sums.get(row.id), undoRetentionHours));
  };

  return {
    create: (job, audit) =>
      inTransaction(db, async (trx) => {
        const row = await insertJob(trx, job, audit.actor);
        await recordAudit(trx, audit, {
          action: 'job.create',
          target: `job:${row.id}`,
          before: null,
          after: job,
        });
        return toJob(row, undefined, undoRetentionHours);
      }),

    async find(id) {
      const row = await db.selectFrom('ingest_jobs').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? ((await toJobs([row]))[0] ?? null) : null;
    },

    list: (state, page) =>
      readPage(page, {
        list: 'jobs',
        key: keySchema,
        read: async (after, count) => {
          let query = db.selectFrom('ingest_jobs').selectAll().orderBy('id', 'desc').limit(count);
          if (state !== undefined) query = query.where('state', '=', state);
          if (after) query = query.where('id', '<', after.id);
          return toJobs(await query.execute());
        },
        keyOf: ({ id }) => ({ id }),
        toItem: (job) => job,
      }),
  };
}

async function insertJob(trx: Trx, job: CreateJob, createdBy: string): Promise<JobRow> {
  const { dataset, mapping, hints, ...rest } = job;
  const inboxName = inboxNameOf(job.source);
  if (inboxName !== null) await lockInboxFile(trx, inboxName);
  const sha256 = inboxName === null ? null : await findUploadHash(trx, inboxName);
  await lockDataset(trx, dataset);
  const same = job.force
    ? null
    : await findSameContent(trx, { dataset, sha256 }, { but: null, active: 'all' });
  if (same) throw new AppError('conflict', { detail: sameContentDetail(same, dataset) });
  await ensureDataset(trx, dataset);
  return trx
    .insertInto('ingest_jobs')
    .values({
      ...rest,
      dataset,
      sha256,
      mapping: JSON.stringify(mapping),
      hints: JSON.stringify(hints),
      created_by: createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
