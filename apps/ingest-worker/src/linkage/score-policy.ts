/** What one policy joins in a set. Pure. */
import { type KeyPolicy } from '@bigdata/models';
import { createPairCounter, type LinkageScore, toScore } from './linkage-score';
import { type LabelledRecord } from './read-linkage-set';
import { toClusters, toGroups } from './rule-groups';

export function scorePolicy(labelled: readonly LabelledRecord[], policy: KeyPolicy): LinkageScore {
  const clusters = toClusters(labelled);
  const { joined, joinedTruly } = toGroups(labelled, clusters, policy, () => true);
  const countPairs = createPairCounter(labelled.length);
  const everyRecord = Int32Array.from(labelled.keys());
  const counts = {
    joined: countPairs(everyRecord, joined),
    joinedTruly: countPairs(everyRecord, joinedTruly),
  };
  return toScore(counts, countPairs(everyRecord, clusters));
}
