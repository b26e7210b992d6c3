/**
 * How many statements run in ClickHouse at once: in total, of one kind, and of one user. Whoever finds no place waits
 * for it in turn, but not longer than `waitMaxMs`.
 */
import { AppError } from '@bigdata/models';
import { type Caller, type Metrics } from '@bigdata/platform';
import { createFairGate } from './fair-gate';

/** From the lightest to the heaviest. A stream may hold its place for minutes, at the pace of its client. */
const KINDS = ['lookup', 'query', 'stream'] as const;
export type StatementKind = (typeof KINDS)[number];

export interface StatementGuardOptions {
  /** Statements at once. The last quarter of the places is only for lookups, a half only for what is no stream. */
  readonly concurrentMax: number;
  readonly streamsMax: number;
  /** Of one kind, for a caller without terms of its own. */
  readonly perUserMax: number;
  readonly streamsPerUserMax: number;
  readonly queueMax: number;
  readonly waitMaxMs: number;
  readonly metrics: Metrics;
}

/** Gives the place back; again, it does nothing. */
export type Release = () => void;

/**
 * Waits for a place. An aborted signal takes the caller out of the queue; a place that it has is kept until its release.
 * @throws AppError `unavailable` when the queue is full, the wait too long, or the caller gone
 */
export type StatementGuard = (
  kind: StatementKind,
  context: { readonly caller: Caller; readonly signal: AbortSignal },
) => Promise<Release>;

export function createStatementGuard(options: StatementGuardOptions): StatementGuard {
  const { concurrentMax, streamsMax, perUserMax, streamsPerUserMax, queueMax, waitMaxMs, metrics } = options;
  const ofAll = (share: number): number => Math.max(1, Math.floor(concurrentMax * share));
  const gate = createFairGate({
    places: [concurrentMax, ofAll(3 / 4), Math.min(streamsMax, ofAll(1 / 2))],
    queueMax,
  });
  const running = metrics.gauge('query_running_statements', 'Statements that have a place', { kind: KINDS });
  const waiting = metrics.gauge('query_queued_statements', 'Statements that wait for a place', {
    kind: KINDS,
  });
  const refused = metrics.counter('query_refused_statements_total', 'Statements that got no place', {
    kind: KINDS,
    reason: ['queue_full', 'waited'],
  });
  const tell = (): void => {
    for (const [weight, kind] of KINDS.entries()) {
      running.set({ kind }, gate.running(weight));
      waiting.set({ kind }, gate.waiting(weight));
    }
  };

  return (kind, { caller, signal }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new AppError('unavailable', { context: { aborted: true } }));
        return;
      }
      const usual = kind === 'stream' ? streamsPerUserMax : perUserMax;
      const own = caller.kind === 'user' ? caller.queryLimits?.concurrent_max : undefined;
      const stopWaiting = (): void => {
        clearTimeout(patience);
        signal.removeEventListener('abort', goAway);
      };
      const release = (): void => {
        leave();
        tell();
      };
      const giveUp = (error: AppError): void => {
        stopWaiting();
        reject(error);
      };
      const refuse = (reason: 'queue_full' | 'waited'): void => {
        refused.inc({ kind, reason });
        giveUp(
          new AppError('unavailable', {
            detail: 'Too many statements are running. Nothing was read.',
            retryAfterS: Math.max(1, Math.ceil(waitMaxMs / 1_000)),
            context: { kind, reason },
          }),
        );
      };
      const goAway = (): void => {
        release();
        giveUp(new AppError('unavailable', { context: { aborted: true } }));
      };
      const patience = setTimeout(() => {
        release();
        refuse('waited');
      }, waitMaxMs);
      signal.addEventListener('abort', goAway, { once: true });
      const leave = gate.enter({
        line: `${kind} of ${caller.kind} ${caller.kind === 'user' ? caller.userId : caller.name}`,
        lineMax: own ?? usual,
        weight: KINDS.indexOf(kind),
        start: () => {
          stopWaiting();
          resolve(release);
        },
        refuse: () => refuse('queue_full'),
      });
      tell();
    });
}
