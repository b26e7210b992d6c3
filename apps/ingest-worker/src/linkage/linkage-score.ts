/** How well joined records agree with the truth, counted in pairs of records. Pure. */

export interface PairCounts {
  readonly joined: number;
  /** Of these, pairs that are of one person or company. */
  readonly joinedTruly: number;
}

export interface LinkageScore {
  /** Pairs joined that are of two. */
  readonly falsePairs: number;
  /** Shares from 0 to 1. Where nothing is joined, nothing is joined falsely: precision is 1. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** @param truePairs pairs that are of one person or company, joined or not */
export function toScore({ joined, joinedTruly }: PairCounts, truePairs: number): LinkageScore {
  return {
    falsePairs: joined - joinedTruly,
    precision: joined === 0 ? 1 : joinedTruly / joined,
    recall: truePairs === 0 ? 1 : joinedTruly / truePairs,
    f1: joined + truePairs === 0 ? 1 : (2 * joinedTruly) / (joined + truePairs),
  };
}

/** Counts pairs within groups; one object for many counts, since it keeps its memory. */
export function createPairCounter(records: number): (members: Int32Array, groups: Int32Array) => number {
  const seen = new Int32Array(records);
  return (members, groups) => {
    let pairs = 0;
    for (const member of members) {
      const group = groups[member] ?? -1;
      if (group === -1) continue;
      const before = seen[group] ?? 0;
      pairs += before;
      seen[group] = before + 1;
    }
    for (const member of members) {
      const group = groups[member] ?? -1;
      if (group !== -1) seen[group] = 0;
    }
    return pairs;
  };
}
