/** A queue's job `{ jobId }`: claim, load, finish. Nothing that a file holds ends the worker. */
import { AppError, type ClaimedJob, isTransient } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';
import { type Loader } from '../load/clickhouse-loader';
import { type IngestMetrics } from '../metrics';
import { type Retry } from '../retry';
import { openSource, type SourceAccess } from '../source/open-source';
import { type JobControl } from './job-control';
import { JobFailure } from './job-failure';
import { holdJob, JobLost } from './job-lease';
import { FORMAT, loadFile, type LoadLimits } from './load-file';

export interface IngestJobOptions {
  readonly control: JobControl;
  readonly loader: Loader;
  readonly retry: Retry;
  readonly sources: SourceAccess;
  readonly limits: LoadLimits;
  readonly heartbeatMs: number;
  readonly logger: Logger;
  readonly metrics: IngestMetrics;
  readonly clockMs: () => number;
}

/** An error nobody foresaw is tried again; a job that was claimed this often fails with it instead of for ever. */
const UNEXPECTED_ATTEMPTS_MAX = 5;

interface Tally {
  rowsRead: number;
  rowsRejected: number;
  batches: number;
}

/** The handler of the ingest queue. Rejects with a transient error to be called again with the same job. */
export function createIngestJob(options: IngestJobOptions) {
  const { control, retry, logger, metrics, clockMs } = options;

  return async ({ jobId }: { readonly jobId: string }, stopSignal: AbortSignal): Promise<void> => {
    const startedMs = clockMs();
    const job = await claim(jobId, stopSignal);
    if (job === null) return;
    const tally: Tally = { rowsRead: 0, rowsRejected: 0, batches: 0 };
    const log = (outcome: string, members: Readonly<Record<string, unknown>> = {}): void => {
      metrics.countJob(outcome);
      const seconds = (clockMs() - startedMs) / 1_000;
      logger.info('ingest job', {
        job_id: jobId,
        attempt: job.attempt,
        resumed: job.checkpoint !== null && job.checkpoint.batch > 0,
        outcome,
        batches: tally.batches,
        rows_read: tally.rowsRead,
        rows_rejected: tally.rowsRejected,
        elapsed_s: Math.round(seconds * 1_000) / 1_000,
        rows_per_s: seconds > 0 ? Math.round(tally.rowsRead / seconds) : 0,
        ...members,
      });
    };
    try {
      await run(job, stopSignal, tally, log);
    } catch (error) {
      if (error instanceof JobLost) return log('lost', { code: error.message });
      log('interrupted', { code: error instanceof AppError ? error.code : 'internal' });
      throw error instanceof AppError && isTransient(error)
        ? error
        : new AppError('internal', { context: { job_id: jobId }, cause: error });
    }
  };

  async function claim(jobId: string, signal: AbortSignal): Promise<ClaimedJob | null> {
    try {
      const job = await retry(() => control.claim(jobId), signal);
      if (job === null) logger.info('ingest job had ended already', { job_id: jobId });
      return job;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      logger.warn('ingest job is unknown', { job_id: jobId });
      return null;
    }
  }

  async function run(
    job: ClaimedJob,
    stopSignal: AbortSignal,
    tally: Tally,
    log: (outcome: string, members?: Readonly<Record<string, unknown>>) => void,
  ): Promise<void> {
    const { heartbeatMs, sources } = options;
    const lease = holdJob({ control, job, format: FORMAT, retry, heartbeatMs, stopSignal });
    try {
      const result = await loadFile({
        ...options,
        job,
        lease,
        openSource: () => retry(() => openSource(job.source, sources, lease.signal), lease.signal),
        onBatch: (batch) => {
          tally.batches += 1;
          tally.rowsRead += batch.rowsLoaded + batch.rejects.length;
          tally.rowsRejected += batch.rejects.length;
          metrics.countRows(batch.rowsLoaded, batch.rejects.length);
        },
      });
      await lease.finish({ state: 'succeeded', result });
      log('succeeded');
    } catch (error) {
      lease.signal.throwIfAborted();
      const failure = toFailure(error, job);
      if (failure === null) throw error;
      if (!(error instanceof JobFailure)) logger.error('ingest job met a bug', { job_id: job.id, error });
      await lease.finish({ state: 'failed', error: { code: failure.code, detail: failure.detail } });
      log('failed', { code: failure.code });
    } finally {
      await lease.release();
    }
  }
}

/** @returns null for what is worth another try */
function toFailure(error: unknown, job: ClaimedJob): JobFailure | null {
  if (error instanceof JobFailure) return error;
  const foreseen = error instanceof AppError && isTransient(error) && error.kind !== 'internal';
  if (foreseen || error instanceof JobLost || job.attempt < UNEXPECTED_ATTEMPTS_MAX) return null;
  return new JobFailure(
    'internal',
    `The load failed ${job.attempt} times for a reason inside the worker. Its log says more under this job's id.`,
  );
}
