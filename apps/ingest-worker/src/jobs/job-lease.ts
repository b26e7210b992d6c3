/**
 * Holding a claimed job: checkpoints go out one at a time and never backwards, and while nothing moves the last one
 * is repeated, so that admin-service does not take the worker for dead. Losing the job aborts `signal`.
 */
import { AppError, type Checkpoint, type ClaimedJob } from '@bigdata/models';
import { type Retry } from '../retry';
import { type JobControl, type JobOutcome } from './job-control';

/** Another worker holds the job now, or it was ended: this one must stop without a word. */
export class JobLost extends Error {
  override readonly name = 'JobLost';
}

export interface JobLease {
  /** Aborts when the job is lost or the worker stops. */
  readonly signal: AbortSignal;
  /** Resolves when the checkpoint is durable. */
  advance(checkpoint: Checkpoint): Promise<void>;
  finish(outcome: JobOutcome): Promise<void>;
  /** Ends the repeating; resolves when no call is under way. */
  release(): Promise<void>;
}

export interface JobLeaseOptions {
  readonly control: JobControl;
  readonly job: ClaimedJob;
  readonly format: string;
  readonly retry: Retry;
  readonly heartbeatMs: number;
  readonly stopSignal: AbortSignal;
}

export function holdJob(options: JobLeaseOptions): JobLease {
  const { control, job, format, retry, stopSignal } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([stopSignal, lost.signal]);
  let last: Checkpoint | null = job.checkpoint;
  let underWay: Promise<void> = Promise.resolve();
  let idle = true;

  const send = async (call: () => Promise<void>): Promise<void> => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof AppError) || !['conflict', 'not_found'].includes(error.code)) throw error;
      const reason = new JobLost(error.code);
      lost.abort(reason);
      throw reason;
    }
  };
  /** One after the other: a checkpoint must not overtake an older one on its way. */
  const inOrder = (call: () => Promise<void>): Promise<void> => {
    const run = underWay.then(async () => {
      idle = false;
      try {
        await call();
      } finally {
        idle = true;
      }
    });
    underWay = run.catch(() => undefined);
    return run;
  };

  const timer = setInterval(() => {
    const checkpoint = last;
    if (!idle || checkpoint === null || signal.aborted) return;
    // Missing one heartbeat is harmless, and losing the job aborts the signal.
    inOrder(() => send(() => control.advance(job.id, job.attempt, format, checkpoint))).catch(
      () => undefined,
    );
  }, options.heartbeatMs);

  return {
    signal,
    advance: (checkpoint) =>
      inOrder(async () => {
        await retry(() => send(() => control.advance(job.id, job.attempt, format, checkpoint)), signal);
        last = checkpoint;
      }),
    finish: (outcome) =>
      inOrder(() => retry(() => send(() => control.finish(job.id, job.attempt, outcome)), signal)),
    async release() {
      clearInterval(timer);
      await underWay;
    },
  };
}
