/** Rate limits that hold exactly over any number of processes: one round trip to one script. */
import { AppError, type RateLimit } from '@bigdata/models';
import { type KeyNames } from './key-names';
import { type RedisConnection } from './open-redis';

export interface ConsumedPolicy extends RateLimit {
  readonly remaining: number;
  /** Whole seconds, at most the window, until more comes back. */
  readonly resetS: number;
}

/** A place among the requests of a user that run at once. */
export interface InFlight {
  readonly id: string;
  readonly max: number;
}

export interface LimitDecision {
  readonly admitted: boolean;
  /** In the order asked. */
  readonly policies: readonly ConsumedPolicy[];
  /** Null when the requests in flight are not limited. */
  readonly inFlight: { readonly max: number; readonly remaining: number } | null;
  /** Whole seconds until the same request fits; 0 when admitted, or when only a place in flight is missing. */
  readonly retryAfterS: number;
}

/** Every member throws AppError `unavailable` when Redis does not answer. */
export interface RateLimiter {
  /**
   * Takes one request from every policy and one place in flight, or, when one of them is used up, nothing of any. Whether
   * something was taken is unknown when it throws.
   */
  consume(userId: string, policies: readonly RateLimit[], inFlight: InFlight | null): Promise<LimitDecision>;
  /** Gives a place in flight back. */
  release(userId: string, id: string): Promise<void>;
  /** Keeps places in flight for another lease. */
  extend(userId: string, ids: readonly string[]): Promise<void>;
}

/** @param leaseMs how long a place in flight is believed without being extended */
export function createRateLimiter(redis: RedisConnection, keys: KeyNames, leaseMs: number): RateLimiter {
  return {
    async consume(userId, policies, inFlight) {
      const reply = await redis.runScript(
        'consumeLimits',
        [
          ...policies.map((policy) => keys.limit(userId, policy)),
          ...(inFlight ? [keys.inFlight(userId)] : []),
        ],
        [
          policies.length,
          ...policies.flatMap(({ limit, window_s }) => [limit, window_s * 1_000]),
          ...(inFlight ? [inFlight.max, inFlight.id, leaseMs] : []),
        ],
      );
      if (!isReply(reply, policies.length)) {
        throw new AppError('internal', { context: { script: 'consumeLimits' } });
      }
      const admitted = reply[0] === 1;
      const consumed = policies.map((policy, index) => ({
        ...policy,
        remaining: reply[1 + 2 * index] ?? 0,
        resetS: Math.ceil((reply[2 + 2 * index] ?? 0) / 1_000),
      }));
      const refusing = admitted ? [] : consumed.filter(({ remaining }) => remaining === 0);
      return {
        admitted,
        policies: consumed,
        inFlight: inFlight && {
          max: inFlight.max,
          remaining: Math.max(0, inFlight.max - (reply.at(-1) ?? 0)),
        },
        retryAfterS: Math.max(0, ...refusing.map(({ resetS }) => resetS)),
      };
    },
    async release(userId, id) {
      await redis.runScript('releaseInFlight', [keys.inFlight(userId)], [id]);
    },
    async extend(userId, ids) {
      await redis.runScript('extendInFlight', [keys.inFlight(userId)], [leaseMs, ...ids]);
    },
  };
}

function isReply(reply: unknown, policies: number): reply is readonly number[] {
  return (
    Array.isArray(reply) &&
    reply.length === 2 + 2 * policies &&
    reply.every((item) => typeof item === 'number')
  );
}
