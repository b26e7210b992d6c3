/**
 * Which records of a set every rule joins, as numbers: the search tries thousands of policies, and a policy is then no
 * more than the first rule that a record has. Pure.
 */
import {
  ATTRIBUTE_RULE_PREFIX,
  CATALOGUE_RULES,
  DEFAULT_KEY_POLICY,
  type KeyPolicy,
  type KeyRule,
} from '@bigdata/models';
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
  readonly byDefault: Groups;
}

const DATASET = 'linkage';

export function createRuleGroups(
  labelled: readonly LabelledRecord[],
  idColumns: readonly string[],
): RuleGroups {
  const clusters = numbered(labelled.map(({ cluster }) => cluster));
  const groupsOf = (policy: KeyPolicy, isOwnRule: (rule: DedupeRule) => boolean): Groups => {
    const keyOf = createDedupeKey(policy);
    const keys = labelled.map(({ record }) => keyOf(record, { dataset: DATASET }));
    const joined = numbered(
      keys.map((key) => (key && isOwnRule(key.rule) ? recordIdFromKey(key.key) : null)),
    );
    const both = Array.from(joined, (group, index) =>
      group === -1 ? null : `${group} ${clusters[index] ?? -1}`,
    );
    return { joined, joinedTruly: numbered(both) };
  };
  const attributes = idColumns.map((column): KeyRule => `${ATTRIBUTE_RULE_PREFIX}${column}`);
  return {
    records: labelled.length,
    clusters,
    rules: [...CATALOGUE_RULES, ...attributes].map((rule) => ({
      rule,
      groups: groupsOf([rule], (used) => used !== 'row.v1'),
    })),
    row: groupsOf([], () => true),
    byDefault: groupsOf(DEFAULT_KEY_POLICY, () => true),
  };
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
