/**
 * Handing out pieces of work. The job's row is locked first, so that of two workers each gets a piece of its own, and
 * every claim draws a token that no other claim of the job has.
 */
import { type Checkpoint, type JobPlan, type WorkJob, type WorkPiece } from '@bigdata/models';
import { type Selectable, sql } from 'kysely';
import { lockDataset } from '../../db/advisory-locks';
import { type Database, type IngestRangesTable, type JobPiece } from '../../db/schema';
import { inTransaction, type Trx } from '../../db/transaction';
import { findKeyPolicy } from '../datasets/dataset.repository';
import { sumRangesOf } from '../range-sums';
import { type JobRow } from '../to-job';
import { addWarnings } from './add-warnings';
import { needsDataset, nextPiece, type WorkState } from './next-piece';
import { noSuchJob } from './refusals';
import { isBusy, isLive, workColumns } from './work-state';

export interface ClaimRepository {
  /** Null when there is nothing to do now. @throws AppError `not_found` */
  claim(id: string, workerId: string): Promise<WorkPiece | null>;
}

type RangeRow = Selectable<IngestRangesTable>;

export function createClaimRepository(db: Database, heartbeatTtlS: number): ClaimRepository {
  const readWork = (trx: Trx, id: string): Promise<WorkState> =>
    trx
      .selectFrom('ingest_jobs')
      .select((eb) => workColumns(eb, heartbeatTtlS))
      .where('id', '=', id)
      .executeTakeFirstOrThrow();

  const isDatasetBusy = async (trx: Trx, id: string): Promise<boolean> => {
    const { busy } = await trx
      .selectFrom('ingest_jobs')
      .select((eb) => isBusy(eb, heartbeatTtlS).as('busy'))
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return busy;
  };

  return {
    claim: (id, workerId) =>
      inTransaction(db, async (trx) => {
        const job = await trx
          .selectFrom('ingest_jobs')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (!job) throw noSuchJob();
        const kind = nextPiece(await readWork(trx, id));
        if (kind === null) return null;
        if (needsDataset(kind)) {
          await lockDataset(trx, job.dataset);
          if (await isDatasetBusy(trx, id)) return null;
          if (!(await takeBackFinishes(trx, job))) return null;
        }
        return kind === 'range'
          ? takeRange(trx, job, workerId, heartbeatTtlS)
          : takePiece(trx, job, kind, workerId);
      }),
  };
}

/**
 * Of other jobs of the dataset, from holders that were given up: such a one may only be asleep, and what it has counted
 * knows nothing of who counts next. The caller holds the dataset's lock.
 * @returns false when somebody else is at one of them at this moment
 */
async function takeBackFinishes(trx: Trx, { id, dataset }: JobRow): Promise<boolean> {
  const givenUp = trx
    .selectFrom('ingest_jobs')
    .select('id')
    .where('dataset', '=', dataset)
    .where('id', '<>', id)
    .where('piece', '=', 'finish')
    .where('state', '=', 'running')
    .where('heartbeat_at', 'is not', null);
  const found = await givenUp.execute();
  if (found.length === 0) return true;
  // Without waiting: who waits for the dataset's lock holds its job's row.
  const locked = (await givenUp.forUpdate().skipLocked().execute()).map((row) => row.id);
  if (locked.length < found.length) return false;
  await trx
    .updateTable('ingest_jobs')
    .set({ piece: null, heartbeat_at: null })
    .where('id', 'in', locked)
    .execute();
  return true;
}

async function takePiece(trx: Trx, job: JobRow, kind: JobPiece, workerId: string): Promise<WorkPiece> {
  const attempt = job.attempt + 1;
  const loads = kind === 'plan' || kind === 'finish';
  const { started_at } = await trx
    .updateTable('ingest_jobs')
    .set({
      attempt,
      piece: kind,
      piece_attempt: attempt,
      worker_id: workerId,
      heartbeat_at: sql<Date>`now()`,
      ...(loads ? { state: 'running' as const, started_at: sql<Date>`coalesce(started_at, now())` } : {}),
    })
    .where('id', '=', job.id)
    .returning('started_at')
    .executeTakeFirstOrThrow();
  const work = await toWorkJob(trx, { ...job, started_at });
  if (kind === 'plan') return { kind, attempt, job: work, clear: job.clear };
  if (kind !== 'finish') return { kind, attempt, job: work };
  return {
    kind,
    attempt,
    job: work,
    plan: planOf(job),
    totals: await totalsOf(trx, job.id),
    earlier_loads: await earlierLoads(trx, job),
  };
}

async function takeRange(trx: Trx, job: JobRow, workerId: string, ttlS: number): Promise<WorkPiece | null> {
  const attempt = job.attempt + 1;
  const free = await trx
    .selectFrom('ingest_ranges')
    .select(['number', 'state'])
    .where('job_id', '=', job.id)
    .where('state', '<>', 'done')
    .where((eb) => eb.or([eb('state', '=', 'waiting'), eb.not(isLive('heartbeat_at', ttlS))]))
    .orderBy('number')
    .limit(1)
    .executeTakeFirst();
  if (!free) return null;
  const range = await trx
    .updateTable('ingest_ranges')
    .set({ state: 'held', attempt, worker_id: workerId, heartbeat_at: sql<Date>`now()` })
    .where('job_id', '=', job.id)
    .where('number', '=', free.number)
    .returningAll()
    .executeTakeFirstOrThrow();
  const begins = job.claimed_at === null || job.state === 'queued' || free.state === 'held';
  const sums = begins ? await sumRangesOf(trx, job.id) : null;
  const { started_at } = await trx
    .updateTable('ingest_jobs')
    .set({
      attempt,
      state: 'running',
      started_at: sql<Date>`coalesce(started_at, now())`,
      ...(sums
        ? { claimed_at: sql<Date>`now()`, claimed_rows: sums.rows_read, claimed_bytes: sums.bytes_read }
        : {}),
    })
    .where('id', '=', job.id)
    .returning('started_at')
    .executeTakeFirstOrThrow();
  return {
    kind: 'range',
    attempt,
    job: await toWorkJob(trx, { ...job, started_at }),
    plan: planOf(job),
    range: toRange(range),
  };
}

async function toWorkJob(trx: Trx, job: JobRow): Promise<WorkJob> {
  const { id, load_number, source, dataset, country, mapping, hints, force, max_reject_ratio, sha256 } = job;
  return {
    id,
    load_number,
    source,
    dataset,
    country,
    mapping,
    hints,
    force,
    max_reject_ratio,
    sha256,
    key_policy: await findKeyPolicy(trx, dataset),
    started_at: (job.started_at ?? job.created_at).toISOString(),
  };
}

function toRange(row: RangeRow): Extract<WorkPiece, { kind: 'range' }>['range'] {
  const { number, start_position: start, end_position: end, line, first_batch, checkpoint } = row;
  return { number, start, end, line, first_batch, checkpoint };
}

function planOf({ plan }: JobRow): JobPlan {
  if (!plan) throw new Error('a range or the finish of a job without a plan was handed out');
  return plan;
}

/** Sums over the ranges of a job. */
export async function totalsOf(
  trx: Trx,
  jobId: string,
): Promise<Pick<Checkpoint, 'rows_read' | 'rows_loaded' | 'rows_rejected' | 'warnings'>> {
  const { rows_read, rows_loaded, rows_rejected } = await sumRangesOf(trx, jobId);
  const ranges = await trx
    .selectFrom('ingest_ranges')
    .select('checkpoint')
    .where('job_id', '=', jobId)
    .execute();
  const warnings = addWarnings(ranges.map(({ checkpoint }) => checkpoint?.warnings ?? {}));
  return { rows_read, rows_loaded, rows_rejected, warnings };
}

/**
 * Those of the same dataset whose records are counted. A load that failed or was cancelled has counted none, though its
 * rows are there: whoever succeeds with them first counts them, itself when it is tried again. What is to be taken back
 * counts for nobody.
 */
async function earlierLoads(trx: Trx, job: JobRow): Promise<number[]> {
  const rows = await trx
    .selectFrom('ingest_jobs')
    .select('load_number')
    .where('dataset', '=', job.dataset)
    .where('id', '<>', job.id)
    .where('holds_rows', '=', true)
    .where('sealed_at', 'is', null)
    .where('state', '=', 'succeeded')
    .where('undo_requested_at', 'is', null)
    .orderBy('load_number')
    .execute();
  return rows.map(({ load_number }) => load_number);
}
