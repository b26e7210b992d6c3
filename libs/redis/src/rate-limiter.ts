/** Rate limits that hold exactly over any number of processes: one round trip to one script. */
import { AppError, type RateLimit } from '@bigdata/models';
import { type KeyNames } from './key-names';
import { type RedisConnection } from './open-redis';
import { createTurnGroups } from './turn-groups';

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

/** Requests of one user under the same policies: they cost the same, so that the first ones that fit are admitted. */
interface Group {
  readonly userId: string;
  readonly policies: readonly RateLimit[];
  /** Null when the requests in flight are not limited. */
  readonly inFlightMax: number | null;
}

interface Waiting {
  /** Of the place in flight; empty when they are not limited. */
  readonly id: string;
  readonly resolve: (decision: LimitDecision) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests of one user that come together go to Redis as one.
 * @param leaseMs how long a place in flight is believed without being extended
 */
export function createRateLimiter(redis: RedisConnection, keys: KeyNames, leaseMs: number): RateLimiter {
  const consumeTogether = async (group: Group, waiting: readonly Waiting[]): Promise<void> => {
    const { userId, policies, inFlightMax } = group;
    try {
      const reply = await redis.runScript(
        'consumeLimits',
        [
          ...policies.map((policy) => keys.limit(userId, policy)),
          ...(inFlightMax === null ? [] : [keys.inFlight(userId)]),
        ],
        [
          policies.length,
          ...policies.flatMap(({ limit, window_s }) => [limit, window_s * 1_000]),
          waiting.length,
          ...(inFlightMax === null ? [] : [inFlightMax, leaseMs, ...waiting.map(({ id }) => id)]),
        ],
      );
      if (!isReply(reply, policies.length)) {
        throw new AppError('internal', { context: { script: 'consumeLimits' } });
      }
      for (const [index, { resolve }] of waiting.entries()) resolve(decisionOf(group, reply, index));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  };
  const consuming = createTurnGroups<Group, Waiting>(
    (group, waiting) => void consumeTogether(group, waiting),
  );

  const releasing = createTurnGroups<string, { id: string; done: (work: Promise<void>) => void }>(
    (userId, ended) => {
      const ids = ended.map(({ id }) => id);
      const work = redis.runScript('releaseInFlight', [keys.inFlight(userId)], ids).then(() => undefined);
      for (const { done } of ended) done(work);
    },
  );

  return {
    consume: (userId, policies, inFlight) =>
      new Promise((resolve, reject) => {
        const inFlightMax = inFlight?.max ?? null;
        consuming.add(
          userId,
          { id: inFlight?.id ?? '', resolve, reject },
          (group) => group.policies === policies && group.inFlightMax === inFlightMax,
          () => ({ userId, policies, inFlightMax }),
        );
      }),
    release: (userId, id) =>
      new Promise((done) => {
        releasing.add(
          userId,
          { id, done },
          () => true,
          () => userId,
        );
      }),
    async extend(userId, ids) {
      await redis.runScript('extendInFlight', [keys.inFlight(userId)], [leaseMs, ...ids]);
    },
  };
}

/** What the reply to a group means for its request number `index`. */
function decisionOf(
  { policies, inFlightMax }: Group,
  reply: readonly number[],
  index: number,
): LimitDecision {
  const count = reply[0] ?? 0;
  const admitted = index < count;
  /** Requests that were admitted after this one. */
  const later = admitted ? count - 1 - index : 0;
  const consumed = policies.map((policy, at): ConsumedPolicy => ({
    name: policy.name,
    limit: policy.limit,
    window_s: policy.window_s,
    remaining: (reply[1 + 3 * at] ?? 0) + later,
    resetS: Math.ceil((reply[(admitted ? 2 : 3) + 3 * at] ?? 0) / 1_000),
  }));
  let retryAfterS = 0;
  if (!admitted) {
    for (const { remaining, resetS } of consumed) {
      if (remaining === 0) retryAfterS = Math.max(retryAfterS, resetS);
    }
  }
  const taken = (reply.at(-1) ?? 0) - later;
  return {
    admitted,
    policies: consumed,
    inFlight: inFlightMax === null ? null : { max: inFlightMax, remaining: Math.max(0, inFlightMax - taken) },
    retryAfterS,
  };
}

function isReply(reply: unknown, policies: number): reply is readonly number[] {
  return (
    Array.isArray(reply) &&
    reply.length === 2 + 3 * policies &&
    reply.every((item) => typeof item === 'number')
  );
}
