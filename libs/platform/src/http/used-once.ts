/** What may be used once is remembered for as long as it could be used again, and forgotten by whole generations. */
export interface UsedOnceOptions {
  /** At least this long an id is known. */
  readonly keepMs: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  /** Ids of one generation; with more, the older generation is forgotten early: memory is bounded before all. */
  readonly idsMax?: number;
}

const IDS_MAX = 500_000;

/** True the first time that it is asked for an id. */
export function createUsedOnce({
  keepMs,
  clockMs,
  idsMax = IDS_MAX,
}: UsedOnceOptions): (id: string) => boolean {
  let older = new Set<string>();
  let newer = new Set<string>();
  let sinceMs = clockMs();
  return (id) => {
    const nowMs = clockMs();
    if (nowMs - sinceMs >= keepMs || newer.size >= idsMax) {
      older = nowMs - sinceMs >= 2 * keepMs ? new Set() : newer;
      newer = new Set();
      sinceMs = nowMs;
    }
    if (newer.has(id) || older.has(id)) return false;
    newer.add(id);
    return true;
  };
}
