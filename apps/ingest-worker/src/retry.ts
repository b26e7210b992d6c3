/** Waiting out a short outage inside a job, so that a restart of a server does not cost a try of the queue. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@bigdata/models';

export interface RetryOptions {
  /** No further try begins later than this after the first. */
  readonly windowMs: number;
  readonly firstPauseMs: number;
  readonly pauseMaxMs: number;
  readonly clockMs: () => number;
  readonly onRetry: (error: AppError) => void;
}

export type Retry = <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;

const WORTH_WAITING: ReadonlySet<string> = new Set(['unavailable', 'bad_gateway', 'limited', 'timeout']);

/** @returns a function that repeats a call which is safe to repeat; it throws the last error, or the signal's reason */
export function createRetry(options: RetryOptions): Retry {
  return async (call, signal) => {
    const startedMs = options.clockMs();
    for (let pauseMs = options.firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, options.pauseMaxMs)) {
      signal.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AppError) || !WORTH_WAITING.has(error.kind)) throw error;
        if (options.clockMs() - startedMs + pauseMs > options.windowMs) throw error;
        options.onRetry(error);
      }
      await pause(pauseMs, signal);
    }
  };
}

/** @throws the signal's reason, so that whoever waited is tried again and not taken for broken */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
