/**
 * Which records of a set every rule joins, as numbers: the search tries thousands of policies, and a policy is then no
 * more than the first rule that a record has. Pure.
 */
import { ATTRIBUTE_RULE_PREFIX, CATALOGUE_RULES, type KeyPolicy, type KeyRule } from '@bigdata/models';
import { createDedupeKey, type DedupeRule, recordIdFromKey } from '@bigdata/normalization';
import { type LabelledRecord } from './read-linkage-set';

export interface Groups {
  /** Per record: its group, from 0, or -1 where the rule does not apply. */
  readonly joined: Int32Array;
  /** Per record: its group and its cluster as one number. */
  readonly joinedTruly: Int32Array;
}

export interface RuleGroups {
  readonly records: number;
  readonly clusters: Int32Array;
  /** In the order of the catalogue, the columns of ids after it. */
  readonly rules: readonly { readonly rule: KeyRule; readonly groups: Groups }[];
  /** What is left to records without a rule: the whole row. */
  readonly row: Groups;
}

const DATASET = 'linkage';

export function createRuleGroups(
  labelled: readonly LabelledRecord[],
  idColumns: readonly string[],
): RuleGroups {
  const clusters = toClusters(labelled);
  const attributes = idColumns.map((column): KeyRule => `${ATTRIBUTE_RULE_PREFIX}${column}`);
  return {
    records: labelled.length,
    clusters,
    rules: [...CATALOGUE_RULES, ...attributes].map((rule) => ({
      rule,
      groups: toGroups(labelled, clusters, [rule], (used) => used !== 'row.v1'),
    })),
    row: toGroups(labelled, clusters, [], () => true),
  };
}

/** @param isCounted a record whose key another rule made belongs to no group */
export function toGroups(
  labelled: readonly LabelledRecord[],
  clusters: Int32Array,
  policy: KeyPolicy,
  isCounted: (rule: DedupeRule) => boolean,
): Groups {
  const keyOf = createDedupeKey(policy);
  const joined = numbered(
    labelled.map(({ record }) => {
      const key = keyOf(record, { dataset: DATASET });
      return key !== null && isCounted(key.rule) ? recordIdFromKey(key.key) : null;
    }),
  );
  const withCluster = Array.from(joined, (group, index) =>
    group === -1 ? null : `${group} ${clusters[index] ?? -1}`,
  );
  return { joined, joinedTruly: numbered(withCluster) };
}

export function toClusters(labelled: readonly LabelledRecord[]): Int32Array {
  return numbered(labelled.map(({ cluster }) => cluster));
}

/** The same number for the same text; -1 for none. */
function numbered(texts: readonly (string | null)[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    if (text === null) return -1;
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
}
