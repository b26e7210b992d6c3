/**
 * The best policies of a set, out of every ordered list of up to RULES_MAX rules. A rule that comes to no record is left
 * out, as the policy is the same without it. Of equal ones the shorter wins, then the one earlier in the catalogue, so
 * the answer is the same every time. Pure.
 */
import { type KeyPolicy, type KeyRule } from '@bigdata/models';
import { createPairCounter, type LinkageScore, type PairCounts, toScore } from './linkage-score';
import { type Groups, type RuleGroups } from './rule-groups';

export interface ScoredPolicy extends LinkageScore {
  readonly policy: KeyPolicy;
}

export interface BestPolicies {
  /** The highest F1. */
  readonly best: ScoredPolicy;
  /** The highest F1 among those with PRECISION_MIN or more; null where there is none. */
  readonly bestPrecise: ScoredPolicy | null;
  /** Policies that were compared. */
  readonly compared: number;
}

export const RULES_MAX = 4;
export const PRECISION_MIN = 0.99;

export function searchPolicies({ records, clusters, rules, row }: RuleGroups): BestPolicies {
  const countPairs = createPairCounter(records);
  const count = (members: Int32Array, groups: Groups): PairCounts => ({
    joined: countPairs(members, groups.joined),
    joinedTruly: countPairs(members, groups.joinedTruly),
  });
  const everyRecord = Int32Array.from({ length: records }, (_, index) => index);
  const truePairs = countPairs(everyRecord, clusters);
  const score = (policy: KeyPolicy, counts: PairCounts): ScoredPolicy => ({
    policy,
    ...toScore(counts, truePairs),
  });

  let best = score([], count(everyRecord, row));
  let bestPrecise: ScoredPolicy | null = null;
  let compared = 0;
  /** @param rest records to which no rule of the policy applies; `before` are the pairs among the others */
  const visit = (policy: readonly KeyRule[], rest: Int32Array, before: PairCounts): void => {
    const scored = score(policy, sum(before, count(rest, row)));
    compared += 1;
    if (isBetter(scored, best)) best = scored;
    if (scored.precision >= PRECISION_MIN && isBetter(scored, bestPrecise)) bestPrecise = scored;
    if (policy.length === RULES_MAX) return;
    for (const { rule, groups } of rules) {
      const taken = rest.filter((record) => groups.joined[record] !== -1);
      if (taken.length === 0) continue;
      const left = rest.filter((record) => groups.joined[record] === -1);
      visit([...policy, rule], left, sum(before, count(taken, groups)));
    }
  };
  visit([], everyRecord, { joined: 0, joinedTruly: 0 });
  return { best, bestPrecise, compared };
}

const isBetter = (one: ScoredPolicy, other: ScoredPolicy | null): boolean =>
  other === null || one.f1 > other.f1 || (one.f1 === other.f1 && one.policy.length < other.policy.length);

const sum = (a: PairCounts, b: PairCounts): PairCounts => ({
  joined: a.joined + b.joined,
  joinedTruly: a.joinedTruly + b.joinedTruly,
});
