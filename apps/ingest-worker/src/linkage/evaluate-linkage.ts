/** What the dedupe key joins in one set of the corpus, against the truth. */
import { DEFAULT_KEY_POLICY } from '@bigdata/models';
import { createPairCounter, type LinkageScore } from './linkage-score';
import { type LinkageSet } from './linkage-sets';
import { readLinkageSet } from './read-linkage-set';
import { createRuleGroups, type RuleGroups } from './rule-groups';
import { scorePolicy } from './score-policy';
import { type BestPolicies, searchPolicies } from './search-policies';

export interface LinkageResult extends BestPolicies {
  readonly set: string;
  readonly records: number;
  /** Pairs of records of one person or company. */
  readonly truePairs: number;
  /** Share of the true pairs that agree in at least one rule, or as whole rows: no policy finds more. */
  readonly reach: number;
  readonly byDefault: LinkageScore;
}

/** @throws Error when a file of the set is missing */
export function evaluateLinkage(corpusFolder: string, set: LinkageSet): LinkageResult {
  const labelled = readLinkageSet(corpusFolder, set);
  const groups = createRuleGroups(labelled, set.idColumns);
  const truePairs = createPairCounter(labelled.length)(Int32Array.from(labelled.keys()), groups.clusters);
  return {
    set: set.name,
    records: labelled.length,
    truePairs,
    reach: countReached(groups) / truePairs,
    byDefault: scorePolicy(labelled, DEFAULT_KEY_POLICY),
    ...searchPolicies(groups),
  };
}

/** True pairs that some rule joins. */
function countReached({ clusters, rules, row }: RuleGroups): number {
  const groupings = [...rules.map(({ groups }) => groups), row].map(({ joined }) => joined);
  const areJoined = (a: number, b: number): boolean =>
    groupings.some((groups) => groups[a] !== -1 && groups[a] === groups[b]);
  let reached = 0;
  for (const members of Map.groupBy(clusters.keys(), (record) => clusters[record]).values()) {
    members.forEach((a, index) => {
      for (const b of members.slice(index + 1)) if (areJoined(a, b)) reached += 1;
    });
  }
  return reached;
}
