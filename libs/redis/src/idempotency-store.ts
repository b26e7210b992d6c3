/** What became of requests with an Idempotency-Key, for every gateway alike: one atomic step at a time. */
import { AppError } from '@bigdata/models';
import { type KeyNames } from './key-names';
import { type RedisConnection } from './open-redis';

export interface IdempotentRequest {
  readonly userId: string;
  /** A digest of the key that the client chose. */
  readonly keyDigest: string;
}

export type IdempotencyClaim =
  /** It is ours to run under this charge id; `answer`: what an earlier attempt could not deliver, unpaid. */
  | { readonly kind: 'run'; readonly chargeId: string; readonly answer: Buffer | null }
  /** It was paid for, but its answer was too large to be kept, or may not be given any more: make it anew, uncharged. */
  | { readonly kind: 'rerun'; readonly remaining: string }
  /** It was answered and paid for. */
  | { readonly kind: 'replay'; readonly answer: Buffer; readonly remaining: string }
  /** Made anew as often as it may be. */
  | { readonly kind: 'spent' }
  /** Somebody works on it; `delivering`: only the delivery of the answer is not over yet. */
  | { readonly kind: 'running' | 'delivering' }
  /** The key belongs to another request. */
  | { readonly kind: 'reused' };

/** `refused`: nothing was done, the key is free again. `undelivered`: the credits went back. */
export type IdempotencyOutcome = 'paid' | 'undelivered' | 'refused';

/** Every member throws AppError `unavailable` when Redis does not answer. */
export interface IdempotencyStore {
  /**
   * @param owner ours alone; it is the charge id too, unless an attempt that was cut off had one
   * @param mark answers that were kept under another one are not given; null: none is
   */
  begin(
    request: IdempotentRequest,
    owner: string,
    fingerprint: string,
    mark: string | null,
  ): Promise<IdempotencyClaim>;
  /** Keeps the claim for another lease; false when it is lost. */
  extend(request: IdempotentRequest, owner: string): Promise<boolean>;
  /** Before an answer leaves; null for one that is too large. Without a mark it is not kept either. */
  keep(
    request: IdempotentRequest,
    owner: string,
    answer: Buffer | null,
    mark: string | null,
  ): Promise<boolean>;
  end(
    request: IdempotentRequest,
    owner: string,
    outcome: IdempotencyOutcome,
    remaining: string,
  ): Promise<void>;
}

export interface IdempotencyStoreOptions {
  /** How long a claim is believed without a word from its owner. */
  readonly leaseMs: number;
  /** How long a key is remembered. */
  readonly lifeMs: number;
  readonly rerunsMax: number;
}

export function createIdempotencyStore(
  redis: RedisConnection,
  keys: KeyNames,
  { leaseMs, lifeMs, rerunsMax }: IdempotencyStoreOptions,
): IdempotencyStore {
  const keyOf = ({ userId, keyDigest }: IdempotentRequest): string[] => [keys.idempotency(userId, keyDigest)];
  return {
    async begin(request, owner, fingerprint, mark) {
      const args = [fingerprint, owner, leaseMs, lifeMs, rerunsMax, mark ?? ''];
      return toClaim(await redis.runBinaryScript('beginIdempotent', keyOf(request), args));
    },
    async extend(request, owner) {
      return (await redis.runScript('extendIdempotent', keyOf(request), [owner, leaseMs])) === 1;
    },
    async keep(request, owner, answer, mark) {
      const args = [owner, answer ?? '', mark ?? ''];
      return (await redis.runScript('keepIdempotent', keyOf(request), args)) === 1;
    },
    async end(request, owner, outcome, remaining) {
      await redis.runScript('endIdempotent', keyOf(request), [owner, outcome, remaining]);
    },
  };
}

function toClaim(reply: unknown): IdempotencyClaim {
  const parts = Array.isArray(reply) ? reply.filter((part) => Buffer.isBuffer(part)) : [];
  const [kind, first, second] = parts;
  switch (kind?.toString() ?? '') {
    case 'run':
      if (first) return { kind: 'run', chargeId: first.toString(), answer: second?.length ? second : null };
      break;
    case 'rerun':
      if (first) return { kind: 'rerun', remaining: first.toString() };
      break;
    case 'replay':
      if (first && second) return { kind: 'replay', answer: first, remaining: second.toString() };
      break;
    case 'spent':
      return { kind: 'spent' };
    case 'running':
      return { kind: 'running' };
    case 'delivering':
      return { kind: 'delivering' };
    case 'reused':
      return { kind: 'reused' };
  }
  throw new AppError('internal', { context: { script: 'beginIdempotent' } });
}
