/**
 * Every key this product writes to Redis. What stands in braces decides the slot in Redis Cluster: all keys of
 * one user share it, so that one script may touch them together.
 */
export interface KeyNames {
  /** State of one rate limit of one user. A changed window starts afresh, a changed limit does not. */
  limit(userId: string, policy: { readonly name: string; readonly window_s: number }): string;
  /** The requests of one user that are running. */
  inFlight(userId: string): string;
  /** What became of the requests of one user under one Idempotency-Key. */
  idempotency(userId: string, keyDigest: string): string;
  /** An answer that is the same for everybody who asks by this id. */
  answer(id: string): string;
  /** Who is working that answer out. */
  answerClaim(id: string): string;
}

/** @param prefix of every key, such as `bigdata:`; keeps products and test files on one server apart */
export function createKeyNames(prefix: string): KeyNames {
  return {
    limit: (userId, { name, window_s }) => `${prefix}limit:{${userId}}:${name}:${window_s}`,
    inFlight: (userId) => `${prefix}in-flight:{${userId}}`,
    idempotency: (userId, keyDigest) => `${prefix}idempotency:{${userId}}:${keyDigest}`,
    answer: (id) => `${prefix}answer:{${id}}`,
    answerClaim: (id) => `${prefix}answer:{${id}}:claim`,
  };
}
