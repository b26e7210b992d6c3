/**
 * Taking jobs out of a queue. A job that is running when its process dies is given to another worker once its
 * lock has run out, so a handler must bear being run again, and twice at once for a moment.
 */
import { AppError } from '@bigdata/models';
import { inSpan, type Logger, type Span, type Tracing } from '@bigdata/platform';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { JOB_CATALOGUE, type JobData, type JobKind, type JobName } from './catalogue';
import { cutOff, QUEUE_PREFIX, type QueueServer, toWaitingConnection, watchConnection } from './connection';
import { backoffMs, toJobFailure } from './retries';

const LOCK_MS = 30_000;
/** After this long a close no longer waits for Redis. */
const CLOSE_MS = 5_000;

export interface QueueWorker {
  /** Resolves when Redis answers. */
  ping(): Promise<void>;
  /**
   * Takes no more jobs, aborts the signals of those that run, waits for their handlers to end and disconnects.
   * What they did not finish is tried again by another worker.
   */
  close(): Promise<void>;
}

export interface QueueWorkerOptions<N extends JobName> extends QueueServer {
  readonly name: N;
  /**
   * Resolves when the job is done. Rejects with a transient error to have it tried again later, with any other
   * to have it dropped. Ends soon, by rejecting, when `signal` aborts: the worker stops or the job is out of time.
   * @param span of the work on this job, in the trace of what enqueued it
   */
  readonly handler: (data: JobData<N>, signal: AbortSignal, span: Span) => Promise<void>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly concurrency?: number;
  /** How long a job of a dead worker rests before another takes it; locks are renewed at half of it. */
  readonly lockDurationMs?: number;
  /** Another key prefix, so that tests share a Redis without meeting. */
  readonly prefix?: string;
}

/** Begins to take jobs as soon as Redis answers, now or later. */
export function createQueueWorker<N extends JobName>(options: QueueWorkerOptions<N>): QueueWorker {
  const { name, handler, logger, tracing, concurrency = 1, lockDurationMs = LOCK_MS } = options;
  const kind: JobKind = JOB_CATALOGUE[name];
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const runOnce = async (job: Job<unknown>, span: Span): Promise<void> => {
    const data = kind.data.safeParse(job.data);
    if (!data.success) throw new AppError('invalid_request', { detail: 'The data of the job is not valid.' });
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new AppError('unavailable', { detail: 'The job is out of time.' })),
      kind.timeoutMs,
    );
    try {
      const signal = AbortSignal.any([stopping.signal, timeout.signal]);
      signal.throwIfAborted();
      await handler(data.data as JobData<N>, signal, span);
    } finally {
      clearTimeout(timer);
    }
  };

  const processJob = async (job: Job<unknown>): Promise<void> => {
    const span = tracing.join(job.opts.telemetry?.metadata, `${name} process`, 'consumer');
    span.set({
      'messaging.system': 'bullmq',
      'messaging.message.id': job.id ?? '',
      'bigdata.tries': job.attemptsMade,
    });
    const run = inSpan(span, () => runOnce(job, span));
    running.add(run);
    try {
      await run;
    } catch (error) {
      const { code, final } = toJobFailure(error);
      const triesLeft = final ? 0 : Math.max(0, kind.attempts - job.attemptsMade - 1);
      logger.warn('job failed', { queue: name, job_id: job.id, code, tries_left: triesLeft, error });
      // A new error without a cause: BullMQ writes what it is given into Redis.
      throw final ? new UnrecoverableError(code) : new Error(code);
    } finally {
      running.delete(run);
    }
  };

  const worker = new Worker(name, processJob, {
    connection: toWaitingConnection(options),
    prefix: options.prefix ?? QUEUE_PREFIX,
    concurrency,
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs,
    runRetryDelay: 1_000,
    settings: { backoffStrategy: (failures) => backoffMs(kind.backoff, failures) },
  });
  const backend = worker.getBackend();
  const connection = watchConnection(worker, backend, name, logger);

  return {
    ping: () => connection.ping(),
    async close() {
      await worker.pause(true);
      stopping.abort(new AppError('unavailable', { detail: 'The worker is stopping.' }));
      await Promise.allSettled(running);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([worker.close(!connection.connected()), late]);
      clearTimeout(timer);
      cutOff(backend.client);
      cutOff(backend.blockingClient);
    },
  };
}
