/**
 * A range read over a connection that may break: what was delivered is never asked for again by the caller, and a
 * break costs a new request from the position reached. How often is bounded; then the try of the job ends.
 */
import { type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isTransient } from '@bigdata/models';

export interface ResumePolicy {
  /** Nothing arrives for this long: the connection counts as broken. Waiting for the consumer does not count. */
  readonly idleTimeoutMs: number;
  /** New requests in a row that bring less than `progressBytes`. */
  readonly resumesMax: number;
  /** So many bytes make the earlier breaks forgotten; infinite where every new request reads from the start. */
  readonly progressBytes: number;
  /** Before the first new request in a row; doubled for each further one. */
  readonly firstPauseMs: number;
}

/** Some 50 seconds of pauses: as long as the job waits for any other server. */
export const RESUME_POLICY: ResumePolicy = {
  idleTimeoutMs: 30_000,
  resumesMax: 8,
  progressBytes: 65_536,
  firstPauseMs: 200,
};

export interface ResumableRead {
  readonly start: number;
  /** Exclusive, may be infinite. */
  readonly end: number;
  /** A body that ends before `end` is no broken one: nobody has said where the source ends. */
  readonly endsAnywhere: boolean;
  /** What `open` gives ends at `end`: it is read to its own end, so that the connection can serve again. */
  readonly exact: boolean;
  /** Bytes from `at` on; a transient AppError is worth another request. */
  readonly open: (at: number) => AsyncIterable<Uint8Array>;
  readonly policy: ResumePolicy;
  readonly signal: AbortSignal;
}

/** @throws what `open` throws, AppError `unavailable` after too many breaks, the signal's reason */
export async function* readResuming(read: ResumableRead): AsyncGenerator<Uint8Array, void, undefined> {
  const { end, policy, signal } = read;
  let at = read.start;
  let resumes = 0;
  let progress = 0;
  for (;;) {
    signal.throwIfAborted();
    if (at >= end) return;
    try {
      for await (const chunk of read.open(at)) {
        const part = chunk.subarray(0, end - at);
        if (part.length === 0 && at >= end) return;
        at += part.length;
        progress += part.length;
        yield part;
        if (at >= end && !read.exact) return;
      }
      if (at >= end || read.endsAnywhere) return;
      throw new AppError('unavailable', { context: { reason: 'body too short' } });
    } catch (error) {
      signal.throwIfAborted();
      if (at >= end) return;
      if (!(error instanceof AppError) || !isTransient(error) || error.kind === 'internal') throw error;
      if (progress >= policy.progressBytes) resumes = 0;
      if (resumes >= policy.resumesMax) throw error;
    }
    await delay(policy.firstPauseMs * 2 ** resumes, undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
    resumes += 1;
    progress = 0;
  }
}

export interface BodyRead {
  readonly body: Readable;
  readonly idleTimeoutMs: number;
  /** From an error of the connection to one that says whether another request is worth it. */
  readonly toError: (error: unknown) => Error;
  readonly signal: AbortSignal;
}

/** The body's bytes. It is destroyed in any case, and so is the connection when it was not read to its end. */
export async function* readBody({
  body,
  idleTimeoutMs,
  toError,
  signal,
}: BodyRead): AsyncGenerator<Uint8Array, void, undefined> {
  const idle = new AppError('unavailable', { context: { reason: 'idle', idleTimeoutMs } });
  const onIdle = (): void => void body.destroy(idle);
  const onAbort = (): void => void body.destroy();
  // Destroying reports an error that is told here or that nobody waits for.
  body.on('error', () => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  let timer = setTimeout(onIdle, idleTimeoutMs);
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(onIdle, idleTimeoutMs);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error === idle ? idle : toError(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    body.destroy();
  }
}
