/**
 * Holding a piece of work: calls about it go out one at a time, and while none does, a heartbeat says that the worker
 * lives. Losing the piece aborts `signal`. A worker that was asleep asks before it writes again: see `confirm`.
 */
import { AppError } from '@bigdata/models';
import { type Retry } from '../retry';
import { type HeldPiece, type WorkControl } from './work-control';

/** Another worker holds the piece now, or the job was cancelled or has ended: this one must stop without a word. */
export class PieceLost extends Error {
  override readonly name = 'PieceLost';
}

export interface PieceLease {
  readonly piece: HeldPiece;
  /** Aborts when the piece is lost or the worker stops. */
  readonly signal: AbortSignal;
  /** Makes a call that writes to the piece, after those before it; repeated while admin-service is away. */
  call<T>(write: () => Promise<T>): Promise<T>;
  /**
   * Resolves when the piece is surely held: at once when that was heard a moment ago. To be asked before each insert,
   * since a process that was stopped for a while may have been given up meanwhile.
   */
  confirm(): Promise<void>;
  /** Ends the heartbeat; resolves when no call is under way. */
  end(): Promise<void>;
}

export interface PieceLeaseOptions {
  readonly control: Pick<WorkControl, 'beat'>;
  readonly piece: HeldPiece;
  readonly retry: Retry;
  readonly heartbeatMs: number;
  readonly stopSignal: AbortSignal;
  readonly clockMs: () => number;
}

const LOST: ReadonlySet<string> = new Set(['conflict', 'not_found']);

export function holdPiece(options: PieceLeaseOptions): PieceLease {
  const { control, piece, retry, heartbeatMs, stopSignal, clockMs } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([stopSignal, lost.signal]);
  let underWay: Promise<unknown> = Promise.resolve();
  let idle = true;
  let heardMs = clockMs();

  const send = async <T>(write: () => Promise<T>): Promise<T> => {
    const sentMs = clockMs();
    try {
      const answer = await write();
      heardMs = sentMs;
      return answer;
    } catch (error) {
      if (!(error instanceof AppError) || !LOST.has(error.code)) throw error;
      const reason = new PieceLost(error.code);
      lost.abort(reason);
      throw reason;
    }
  };
  const inOrder = <T>(write: () => Promise<T>): Promise<T> => {
    const run = underWay.then(async () => {
      idle = false;
      try {
        return await write();
      } finally {
        idle = true;
      }
    });
    underWay = run.catch(() => undefined);
    return run;
  };
  const beat = (): Promise<void> => send(() => control.beat(piece));

  const timer = setInterval(() => {
    if (!idle || signal.aborted) return;
    // Missing one heartbeat is harmless, and losing the piece aborts the signal.
    inOrder(beat).catch(() => undefined);
  }, heartbeatMs);

  return {
    piece,
    signal,
    call: (write) => inOrder(() => retry(() => send(write), signal)),
    async confirm() {
      if (clockMs() - heardMs <= 2 * heartbeatMs) return;
      await inOrder(() => retry(beat, signal));
    },
    async end() {
      clearInterval(timer);
      await underWay;
    },
  };
}
