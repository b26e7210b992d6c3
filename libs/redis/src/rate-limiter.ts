/** Rate limits that hold exactly over any number of processes: one round trip to one script. */
import { AppError, type RateLimit } from '@bigdata/models';
import { type KeyNames } from './key-names';
import { type RedisConnection } from './open-redis';

export interface ConsumedPolicy extends RateLimit {
  readonly remaining: number;
  /** Whole seconds, at most the window, until more comes back. */
  readonly resetS: number;
}

export interface LimitDecision {
  readonly admitted: boolean;
  /** In the order asked. */
  readonly policies: readonly ConsumedPolicy[];
  /** Whole seconds until the same request fits; 0 when admitted. */
  readonly retryAfterS: number;
}

export interface RateLimiter {
  /**
   * Takes one request from every policy, or, when one of them is used up, from none.
   * @throws AppError `unavailable` when Redis does not answer; whether a request was taken is then unknown
   */
  consume(userId: string, policies: readonly RateLimit[]): Promise<LimitDecision>;
}

export function createRateLimiter(redis: RedisConnection, keys: KeyNames): RateLimiter {
  return {
    async consume(userId, policies) {
      const reply = await redis.runScript(
        'consumeLimits',
        policies.map((policy) => keys.limit(userId, policy)),
        policies.flatMap(({ limit, window_s }) => [limit, window_s * 1_000]),
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
        retryAfterS: Math.max(0, ...refusing.map(({ resetS }) => resetS)),
      };
    },
  };
}

function isReply(reply: unknown, policies: number): reply is readonly number[] {
  return (
    Array.isArray(reply) &&
    reply.length === 1 + 2 * policies &&
    reply.every((item) => typeof item === 'number')
  );
}
