/**
 * Ingest jobs. The row is the truth: it is written before the queue hears of the job, and a worker may write to
 * it only with the number of the latest claim, so that one that was given up cannot undo its successor's work.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  AppError,
  type Checkpoint,
  type ClaimedJob,
  type CreateJob,
  type finishJobSchema,
  type Job,
  type JobState,
} from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Audit, recordAudit } from '../audit/record-audit';
import { lockInboxFile, tryLock } from '../db/advisory-locks';
import { type Database, type IngestJobsTable } from '../db/schema';
import { inTransaction, type Trx } from '../db/transaction';
import { type Page, type PageRequest, readPage } from '../lists/page';
import { toProgress } from './job-progress';
import { inboxNameOf, toInboxSource } from './source';

export type JobOutcome = z.output<typeof finishJobSchema>['outcome'];

export interface UploadedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface JobRepository {
  create(job: CreateJob, audit: Audit): Promise<Job>;
  find(id: string): Promise<Job | null>;
  list(state: JobState | undefined, page: PageRequest): Promise<Page<Job>>;
  /** Gives the job to a worker. Null when it has ended. @throws AppError `not_found` */
  claim(id: string, workerId: string): Promise<ClaimedJob | null>;
  /** @throws AppError `not_found`; `conflict` when another worker has claimed the job since, or it has ended */
  advance(id: string, attempt: number, format: string, checkpoint: Checkpoint): Promise<void>;
  /** Repeating it with the same outcome changes nothing. @throws AppError as `advance` */
  finish(id: string, attempt: number, outcome: JobOutcome): Promise<void>;
  /**
   * Calls `use` with the ids, oldest first, of up to `max` jobs that should be in the queue: those that wait and
   * those that run without a sign of life. Does nothing while another instance is at it.
   */
  withDueJobs(
    heartbeatTtlS: number,
    max: number,
    use: (ids: readonly string[]) => Promise<void>,
  ): Promise<void>;
  /** Calls `place` while no job can begin to use the file. @throws AppError `conflict` when one uses it */
  replaceInboxFile(file: UploadedFile, audit: Audit, place: () => Promise<void>): Promise<void>;
  /** @throws AppError `conflict` when a job that has not ended uses the file */
  refuseInboxFileInUse(name: string): Promise<void>;
}

type JobRow = Selectable<IngestJobsTable>;

const keySchema = z.strictObject({ id: z.guid() });
const ACTIVE: readonly JobState[] = ['queued', 'running'];

export function createJobRepository(db: Database): JobRepository {
  return {
    create: (job, audit) =>
      inTransaction(db, async (trx) => {
        const inboxName = inboxNameOf(job.source);
        if (inboxName !== null) await lockInboxFile(trx, inboxName);
        const { mapping, ...rest } = job;
        const row = await trx
          .insertInto('ingest_jobs')
          .values({ ...rest, mapping: JSON.stringify(mapping), created_by: audit.actor })
          .returningAll()
          .executeTakeFirstOrThrow();
        await recordAudit(trx, audit, {
          action: 'job.create',
          target: `job:${row.id}`,
          before: null,
          after: job,
        });
        return toJob(row);
      }),

    async find(id) {
      const row = await db.selectFrom('ingest_jobs').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toJob(row) : null;
    },

    list: (state, page) =>
      readPage(page, {
        list: 'jobs',
        key: keySchema,
        read: (after, count) => {
          let query = db.selectFrom('ingest_jobs').selectAll().orderBy('id', 'desc').limit(count);
          if (state !== undefined) query = query.where('state', '=', state);
          if (after) query = query.where('id', '<', after.id);
          return query.execute();
        },
        keyOf: ({ id }) => ({ id }),
        toItem: toJob,
      }),

    async claim(id, workerId) {
      const row = await db
        .updateTable('ingest_jobs')
        .set({
          state: 'running',
          attempt: sql<number>`attempt + 1`,
          worker_id: workerId,
          started_at: sql<Date>`coalesce(started_at, now())`,
          claimed_at: sql<Date>`now()`,
          claimed_rows: sql<number>`coalesce((checkpoint ->> 'rows_read')::bigint, 0)`,
          claimed_bytes: sql<number>`coalesce((checkpoint ->> 'byte_offset')::bigint, 0)`,
          heartbeat_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .where('state', 'in', ACTIVE)
        .returningAll()
        .executeTakeFirst();
      if (row) return toClaimedJob(row);
      await findOrThrow(db, id);
      return null;
    },

    async advance(id, attempt, format, checkpoint) {
      const { numUpdatedRows } = await db
        .updateTable('ingest_jobs')
        .set({ format, checkpoint: JSON.stringify(checkpoint), heartbeat_at: sql<Date>`now()` })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .where('attempt', '=', attempt)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw lostClaim(await findOrThrow(db, id), attempt);
    },

    async finish(id, attempt, outcome) {
      const { numUpdatedRows } = await db
        .updateTable('ingest_jobs')
        .set({
          state: outcome.state,
          result: outcome.state === 'succeeded' ? JSON.stringify(outcome.result) : null,
          error: outcome.state === 'failed' ? JSON.stringify(outcome.error) : null,
          finished_at: sql<Date>`now()`,
          heartbeat_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .where('attempt', '=', attempt)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return;
      const row = await findOrThrow(db, id);
      const same =
        row.attempt === attempt &&
        row.state === outcome.state &&
        isDeepStrictEqual(
          row.result ?? row.error,
          outcome.state === 'succeeded' ? outcome.result : outcome.error,
        );
      if (!same) throw lostClaim(row, attempt);
    },

    withDueJobs: (heartbeatTtlS, max, use) =>
      inTransaction(db, async (trx) => {
        if (!(await tryLock(trx, 'reconcile'))) return;
        const due = await trx
          .selectFrom('ingest_jobs')
          .select('id')
          .where((eb) =>
            eb.or([
              eb('state', '=', 'queued'),
              eb.and([
                eb('state', '=', 'running'),
                eb('heartbeat_at', '<', sql<Date>`now() - make_interval(secs => ${heartbeatTtlS})`),
              ]),
            ]),
          )
          .orderBy('id')
          .limit(max)
          .execute();
        if (due.length > 0) await use(due.map(({ id }) => id));
      }),

    replaceInboxFile: ({ name, bytes, sha256 }, audit, place) =>
      inTransaction(db, async (trx) => {
        await lockInboxFile(trx, name);
        await refuseInUse(trx, name);
        await recordAudit(trx, audit, {
          action: 'file.upload',
          target: `file:${name}`,
          before: null,
          after: { bytes, sha256 },
        });
        await place();
      }),

    refuseInboxFileInUse: (name) => refuseInUse(db, name),
  };
}

async function refuseInUse(db: Database | Trx, name: string): Promise<void> {
  const job = await db
    .selectFrom('ingest_jobs')
    .select('id')
    .where('source', '=', toInboxSource(name))
    .where('state', 'in', ACTIVE)
    .limit(1)
    .executeTakeFirst();
  if (job) {
    throw new AppError('conflict', {
      detail: `Job ${job.id} is loading "${name}": it can be replaced after that.`,
    });
  }
}

async function findOrThrow(db: Database, id: string): Promise<JobRow> {
  const row = await db.selectFrom('ingest_jobs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', { detail: 'There is no such job.' });
  return row;
}

function lostClaim(row: JobRow, attempt: number): AppError {
  return new AppError('conflict', {
    detail:
      row.state === 'running' && row.attempt !== attempt
        ? 'Another worker has taken the job over.'
        : `The job is ${row.state}.`,
    context: { job_id: row.id, attempt, latest_attempt: row.attempt },
  });
}

function toClaimedJob(row: JobRow): ClaimedJob {
  const { id, attempt, source, dataset, country, mapping, checkpoint } = row;
  const startedAt = (row.started_at ?? row.created_at).toISOString();
  return { id, attempt, source, dataset, country, mapping, checkpoint, started_at: startedAt };
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    state: row.state,
    source: row.source,
    dataset: row.dataset,
    country: row.country,
    format: row.format,
    progress: toProgress({
      checkpoint: row.checkpoint,
      result: row.result,
      claimedAt: row.claimed_at,
      claimedRows: row.claimed_rows,
      claimedBytes: row.claimed_bytes,
      heartbeatAt: row.heartbeat_at,
      ended: row.finished_at !== null,
    }),
    result: row.result,
    error: row.error,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
