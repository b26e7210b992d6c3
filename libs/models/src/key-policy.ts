/**
 * What makes two rows of a dataset one record: an ordered list of rules, of which the first whose parts a row has names
 * its key. The catalogue is fixed, because every rule is hashed into the keys it makes: a rule that is here stays, and
 * one that must work otherwise gets another version. Described in docs/dedupe.md.
 */
import { z } from 'zod';
import { closest } from './closest';

/** What a rule compares. All are normalised values, and names, companies, cities and addresses are folded. */
export type KeyPart =
  | 'email'
  | 'phone'
  /** First, middle and last name with the suffix. */
  | 'name'
  /** The name as it stands in one cell, or else the first name. */
  | 'whole_name'
  | 'first'
  /** First letter of the first name. */
  | 'initial'
  | 'last'
  /** The words of first, middle and last name, in any order. */
  | 'words'
  | 'birth'
  | 'company'
  | 'address'
  /** City, with region and country or nothing. */
  | 'city'
  /** Postal code, with the country or nothing. */
  | 'postal';

interface RuleDefinition {
  /** Raised when the rule, or a normalisation that feeds it, gives another key for any row. */
  readonly version: `v${number}`;
  readonly parts: readonly [KeyPart, ...KeyPart[]];
}

export const KEY_RULES = {
  email: { version: 'v1', parts: ['email'] },
  'email+last': { version: 'v1', parts: ['email', 'last'] },
  'email+name': { version: 'v1', parts: ['email', 'name'] },
  phone: { version: 'v1', parts: ['phone'] },
  'phone+last': { version: 'v1', parts: ['phone', 'last'] },
  'phone+first+last': { version: 'v1', parts: ['phone', 'first', 'last'] },
  'phone+name': { version: 'v1', parts: ['phone', 'whole_name'] },
  'phone+company': { version: 'v1', parts: ['phone', 'company'] },
  'name+birth': { version: 'v1', parts: ['name', 'birth'] },
  'first+last+birth': { version: 'v1', parts: ['first', 'last', 'birth'] },
  'words+birth': { version: 'v1', parts: ['words', 'birth'] },
  'initial+last+birth': { version: 'v1', parts: ['initial', 'last', 'birth'] },
  'first+birth+postal': { version: 'v1', parts: ['first', 'birth', 'postal'] },
  'last+birth+postal': { version: 'v1', parts: ['last', 'birth', 'postal'] },
  'birth+postal': { version: 'v1', parts: ['birth', 'postal'] },
  'name+postal': { version: 'v1', parts: ['name', 'postal'] },
  'first+last+postal': { version: 'v1', parts: ['first', 'last', 'postal'] },
  'name+city': { version: 'v1', parts: ['name', 'city'] },
  'name+address': { version: 'v1', parts: ['name', 'address'] },
  'name+company': { version: 'v1', parts: ['name', 'company'] },
  'company+postal': { version: 'v1', parts: ['company', 'postal'] },
  'company+city': { version: 'v1', parts: ['company', 'city'] },
  'company+address': { version: 'v1', parts: ['company', 'address'] },
  company: { version: 'v1', parts: ['company'] },
  'address+postal': { version: 'v1', parts: ['address', 'postal'] },
  'address+city': { version: 'v1', parts: ['address', 'city'] },
} as const satisfies Readonly<Record<string, RuleDefinition>>;

export type CatalogueRule = keyof typeof KEY_RULES;
export const CATALOGUE_RULES = Object.keys(KEY_RULES) as [CatalogueRule, ...CatalogueRule[]];

export const ATTRIBUTE_RULE_PREFIX = 'attribute:';

/** A rule of the catalogue, or `attribute:<column>`: the source's own id, in a column that maps to no field. */
export type KeyRule = CatalogueRule | `${typeof ATTRIBUTE_RULE_PREFIX}${string}`;

/** Tried in this order. A row to which none applies is compared whole, so the list may be empty. */
export type KeyPolicy = readonly KeyRule[];

/** The policy of every dataset that has none of its own. */
export const DEFAULT_KEY_POLICY: KeyPolicy = [
  'email',
  'phone+last',
  'phone+name',
  'phone+company',
  'phone',
  'name+birth',
  'name+postal',
];

const RULES_MAX = 16;
const COLUMN_CHARS_MAX = 256;

/** A rule that asks for all that an earlier one asks for, and more, never comes to a row. */
const takesAllOf = (earlier: KeyRule, later: KeyRule): boolean => {
  const [first, second] = [partsOf(earlier), partsOf(later)];
  return first.length > 0 && first.every((part) => second.includes(part));
};

const partsOf = (rule: KeyRule): readonly KeyPart[] => (isCatalogueRule(rule) ? KEY_RULES[rule].parts : []);

const isCatalogueRule = (rule: string): rule is CatalogueRule => Object.hasOwn(KEY_RULES, rule);

const unknownRule = (input: unknown): string => {
  const known = `the rules are ${CATALOGUE_RULES.join(', ')} and ${ATTRIBUTE_RULE_PREFIX}<column>`;
  if (typeof input !== 'string') return `a rule is a text; ${known}`;
  if (input === 'row') return 'the whole row always comes last and is not listed';
  if (input.startsWith(ATTRIBUTE_RULE_PREFIX)) {
    return `${ATTRIBUTE_RULE_PREFIX} is followed by the name of a column, of 1 to ${COLUMN_CHARS_MAX} characters`;
  }
  const nearest = closest(input, CATALOGUE_RULES);
  return `unknown rule${nearest === null ? '' : `, did you mean "${nearest}"?`}; ${known}`;
};

const keyRuleSchema = z.union(
  [
    z.enum(CATALOGUE_RULES),
    z.templateLiteral([ATTRIBUTE_RULE_PREFIX, z.string().min(1).max(COLUMN_CHARS_MAX)]),
  ],
  { error: ({ input }) => unknownRule(input) },
);

/** A policy as it is configured, for example `["email", "phone+last", "name+birth"]`. */
export const keyPolicySchema = z
  .array(keyRuleSchema, { error: 'a key policy is a list of rules, such as ["email", "phone+last"]' })
  .max(RULES_MAX, { error: `a key policy has at most ${RULES_MAX} rules` })
  .superRefine((policy, context) => {
    for (const [index, rule] of policy.entries()) {
      const earlier = policy.slice(0, index);
      const taker = earlier.find((other) => takesAllOf(other, rule));
      if (earlier.includes(rule)) {
        context.addIssue({ code: 'custom', path: [index], message: `the rule ${rule} is listed twice` });
      } else if (taker !== undefined) {
        const message = `the rule ${rule} would never apply: ${taker}, before it, takes every row that it would`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
    }
  })
  .meta({ description: 'Rules of the dedupe key, in the order in which they are tried' });
