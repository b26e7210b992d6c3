/**
 * What key ids stand for, asked of admin-service and remembered for less than a second. The age of an answer
 * counts from when it was asked, so nobody is let in by what was true longer ago than `maxAgeMs`, however slow
 * the answer was: with at most 900 ms a revoked key stops in under a second on every gateway, without a message.
 */
import { AppError, type ResolvedKey } from '@bigdata/models';

export interface KeyCacheOptions {
  readonly resolve: (keyId: string) => Promise<ResolvedKey | null>;
  readonly maxAgeMs: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  readonly entriesMax?: number;
  /** Look-ups on their way at once; more are refused rather than queued. */
  readonly lookupsMax?: number;
}

export type KeyCache = (keyId: string) => Promise<ResolvedKey | null>;

interface Entry {
  readonly askedMs: number;
  readonly answer: Promise<ResolvedKey | null>;
}

/** Ids that stand for nothing are remembered too. Callers of one id at one time share one look-up. */
export function createKeyCache({
  resolve,
  maxAgeMs,
  clockMs,
  entriesMax = 10_000,
  lookupsMax = 256,
}: KeyCacheOptions): KeyCache {
  // In order of asking: the first entry is the oldest, since an entry is replaced by delete and set.
  const entries = new Map<string, Entry>();
  let lookups = 0;

  const dropOld = (nowMs: number): void => {
    for (const [keyId, { askedMs }] of entries) {
      if (entries.size <= entriesMax && nowMs - askedMs <= maxAgeMs) return;
      entries.delete(keyId);
    }
  };

  const ask = (keyId: string, askedMs: number): Promise<ResolvedKey | null> => {
    if (lookups >= lookupsMax) return Promise.reject(new AppError('unavailable'));
    lookups += 1;
    const answer = resolve(keyId).finally(() => {
      lookups -= 1;
    });
    const entry = { askedMs, answer };
    entries.delete(keyId);
    entries.set(keyId, entry);
    dropOld(askedMs);
    // A failure is not remembered.
    answer.catch(() => {
      if (entries.get(keyId) === entry) entries.delete(keyId);
    });
    return answer;
  };

  return (keyId) => {
    const nowMs = clockMs();
    const entry = entries.get(keyId);
    return entry && nowMs - entry.askedMs <= maxAgeMs ? entry.answer : ask(keyId, nowMs);
  };
}
