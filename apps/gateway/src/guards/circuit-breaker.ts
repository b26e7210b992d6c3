/**
 * Spares a service that fails, and its callers the wait: after `failuresMax` failures in a row nothing is sent to it
 * for a while, then one request alone tries. Each failed try doubles the pause, the first success ends it.
 */
import { AppError } from '@bigdata/models';

export type CircuitState = 'closed' | 'open' | 'half_open';

export interface CircuitBreakerOptions {
  readonly failuresMax: number;
  readonly pauseMinMs: number;
  readonly pauseMaxMs: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  readonly onState: (state: CircuitState) => void;
}

/** Called once, when the request is over; `unknown` for one whose client went away. */
export type Leave = (outcome: 'success' | 'failure' | 'unknown') => void;

export interface CircuitBreaker {
  /** @throws AppError `unavailable` while the circuit is open */
  enter(): Leave;
}

export function createCircuitBreaker({
  failuresMax,
  pauseMinMs,
  pauseMaxMs,
  clockMs,
  onState,
}: CircuitBreakerOptions): CircuitBreaker {
  let failures = 0;
  let pauseMs = pauseMinMs;
  let openUntilMs: number | null = null;
  let probing = false;

  const open = (): void => {
    openUntilMs = clockMs() + pauseMs;
    pauseMs = Math.min(pauseMs * 2, pauseMaxMs);
    onState('open');
  };
  const close = (): void => {
    failures = 0;
    pauseMs = pauseMinMs;
    if (openUntilMs === null) return;
    openUntilMs = null;
    onState('closed');
  };

  const leaveClosed: Leave = (outcome) => {
    // Of requests that began before the circuit opened nothing more is learnt.
    if (openUntilMs !== null || outcome === 'unknown') return;
    if (outcome === 'success') failures = 0;
    else if ((failures += 1) >= failuresMax) open();
  };
  const leaveProbe: Leave = (outcome) => {
    probing = false;
    if (outcome === 'success') close();
    else if (outcome === 'failure') open();
  };

  return {
    enter() {
      if (openUntilMs === null) return leaveClosed;
      const waitMs = openUntilMs - clockMs();
      if (waitMs > 0 || probing) {
        throw new AppError('unavailable', {
          retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)),
          context: { circuit: 'open' },
        });
      }
      probing = true;
      onState('half_open');
      return leaveProbe;
    },
  };
}
