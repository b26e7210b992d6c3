/**
 * The limits of a user, exact over all gateways while Redis answers; without it each gateway holds its own part in
 * memory, so that an outage of Redis neither opens the door nor closes it.
 */
import { randomUUID } from 'node:crypto';
import { AppError, type ResolvedKey } from '@bigdata/models';
import { type Logger, type Metrics } from '@bigdata/platform';
import { type LimitDecision, type RateLimiter } from '@bigdata/redis';

/** After a failure Redis is not asked for this long: one that hangs would slow down every request. */
const AWAY_MS = 500;

export interface AdmittedRequest extends LimitDecision {
  /** Redis was away: the decision was made by this gateway alone. */
  readonly local: boolean;
  /** Gives the place in flight back. Never fails: a place that cannot be given back ends with its lease. */
  release(): void;
}

export interface Limits {
  consume(key: ResolvedKey): Promise<AdmittedRequest>;
  close(): void;
}

export interface LimitsOptions {
  readonly limiter: RateLimiter;
  readonly local: RateLimiter;
  readonly leaseMs: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createLimits({ limiter, local, leaseMs, clockMs, logger, metrics }: LimitsOptions): Limits {
  const decisions = metrics.counter(
    'gateway_limit_decisions_total',
    'Requests by what the limits said; `local`: held by this gateway alone, because Redis was away',
    { outcome: ['admitted', 'refused'], by: ['redis', 'local'] },
  );
  let awayUntilMs = -Infinity;
  /** Places in Redis that are held by running requests. */
  const held = new Map<string, string>();
  const renewal = setInterval(() => {
    const idsOf = Map.groupBy(held.keys(), (id) => held.get(id) ?? '');
    for (const [userId, ids] of idsOf) void limiter.extend(userId, ids).catch(() => undefined);
  }, leaseMs / 3);
  renewal.unref();

  const decide = async (
    from: RateLimiter,
    { user_id, limits, in_flight_max }: ResolvedKey,
  ): Promise<AdmittedRequest> => {
    const inFlight = in_flight_max === null ? null : { id: randomUUID(), max: in_flight_max };
    const decision = await from.consume(user_id, limits, inFlight);
    decisions.inc({
      outcome: decision.admitted ? 'admitted' : 'refused',
      by: from === limiter ? 'redis' : 'local',
    });
    const taken = decision.admitted ? inFlight : null;
    if (taken && from === limiter) held.set(taken.id, user_id);
    return {
      ...decision,
      local: from === local,
      release() {
        if (!taken) return;
        held.delete(taken.id);
        void from.release(user_id, taken.id).catch(() => undefined);
      },
    };
  };

  return {
    async consume(key) {
      if (clockMs() >= awayUntilMs) {
        try {
          return await decide(limiter, key);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
          if (awayUntilMs < clockMs() - 2 * AWAY_MS) logger.warn('limits are held locally', { error });
          awayUntilMs = clockMs() + AWAY_MS;
        }
      }
      return decide(local, key);
    },
    close: () => clearInterval(renewal),
  };
}
