/**
 * The identity of a record. Two rows with one key are one record, for good: any change of what is hashed needs a new
 * rule version, or every record loaded before would be loaded again beside itself. Described in docs/dedupe.md,
 * pinned by the vectors in dedupe-key.test.ts and dedupe-key-policy.test.ts.
 */
import { hash } from 'node:crypto';
import {
  ATTRIBUTE_RULE_PREFIX,
  DEFAULT_KEY_POLICY,
  KEY_RULES,
  type CatalogueRule,
  type KeyPart,
  type KeyPolicy,
  type KeyRule,
} from '@bigdata/models';
import { attributePart, KEY_PART_READERS, type PartReader } from './dedupe-key-parts';
import { DEDUPE_FIELDS, type DedupeRecord } from './dedupe-record';

export { type DedupeRecord };

/** As it is hashed: the rule with its version. Of an `attribute:<column>` the column is hashed as a part. */
export type DedupeRule =
  | { [Rule in CatalogueRule]: `${Rule}.${(typeof KEY_RULES)[Rule]['version']}` }[CatalogueRule]
  | 'attribute.v1'
  | 'row.v1';

export type DedupeKey = {
  /** 16 bytes */
  readonly key: Buffer;
  readonly rule: DedupeRule;
};

export type DedupeKeyOf = (record: DedupeRecord, options: { readonly dataset: string }) => DedupeKey | null;

const KEY_BYTES = 16;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * A policy compiled once for many records. The function gives the key by the first rule whose parts the record has, by
 * the whole row when no rule applies, and null when every field is empty.
 */
export const createDedupeKey = (policy: KeyPolicy): DedupeKeyOf => {
  const byDataset = new Map<string, (record: DedupeRecord) => DedupeKeyText | null>();
  return (record, { dataset }) => {
    let keyOf = byDataset.get(dataset);
    if (!keyOf) byDataset.set(dataset, (keyOf = createDedupeKeyText(policy, dataset)));
    const found = keyOf(record);
    return found === null ? null : { key: Buffer.from(found.key, 'latin1'), rule: found.rule };
  };
};

/** The key as 16 characters of one byte each: for millions of rows a string costs half of what a Buffer does. */
export type DedupeKeyText = { readonly key: string; readonly rule: DedupeRule };

/** As `createDedupeKey`, of one dataset. */
export const createDedupeKeyText = (
  policy: KeyPolicy,
  dataset: string,
): ((record: DedupeRecord) => DedupeKeyText | null) => {
  const rules = policy.map(compileRule);
  const encoded = encode(dataset);
  return (record) => {
    for (const keyBy of rules) {
      const key = keyBy(record, encoded);
      if (key !== null) return key;
    }
    return rowKey(record, encoded);
  };
};

/** The rule `email` needs no more than the match key of the address. */
const EMAIL_RULE: DedupeRule = `email.${KEY_RULES.email.version}`;

/**
 * Keys by the rule `email` of one dataset, from match keys that lie in memory as UTF-8: as `createDedupeKeyText` makes them
 * of the address, without a text of it.
 */
export const createEmailKey = (
  dataset: string,
): ((bytes: Uint8Array, start: number, end: number) => DedupeKeyText) => {
  const head = Buffer.from(headOf(EMAIL_RULE) + encode(dataset));
  let text = Buffer.alloc(0);
  return (bytes, start, end) => {
    const size = end - start;
    const digits = `${size}`;
    const needed = head.length + digits.length + size + 2;
    if (text.length < needed) text = Buffer.concat([head], needed * 2);
    let at = head.length;
    for (let digit = 0; digit < digits.length; digit += 1) text[at++] = digits.charCodeAt(digit);
    text[at++] = COLON;
    for (let from = start; from < end; from += 1) text[at++] = bytes[from] ?? 0;
    text[at] = COMMA;
    return toKey(EMAIL_RULE, text.subarray(0, needed));
  };
};

const keyByDefault = createDedupeKey(DEFAULT_KEY_POLICY);

/**
 * The key of one record, or null when every field is empty. A policy is compiled by the call: for many records under
 * one that is not the default there is `createDedupeKey`.
 */
export const dedupeKey = (
  record: DedupeRecord,
  { dataset, policy }: { readonly dataset: string; readonly policy?: KeyPolicy | undefined },
): DedupeKey | null => (policy === undefined ? keyByDefault : createDedupeKey(policy))(record, { dataset });

/** 32 lower-case hexadecimal characters. */
export const recordIdFromKey = (key: Buffer): string => key.toString('hex');

/** @param dataset encoded */
type KeyBy = (record: DedupeRecord, dataset: string) => DedupeKeyText | null;

function compileRule(rule: KeyRule): KeyBy {
  if (isAttributeRule(rule)) {
    return keyByParts('attribute.v1', [attributePart(rule.slice(ATTRIBUTE_RULE_PREFIX.length))]);
  }
  const { version, parts } = KEY_RULES[rule];
  const readers = parts.map((part: KeyPart) => KEY_PART_READERS[part]);
  return keyByParts(`${rule}.${version}` as DedupeRule, readers);
}

function isAttributeRule(rule: KeyRule): rule is Exclude<KeyRule, CatalogueRule> {
  return rule.startsWith(ATTRIBUTE_RULE_PREFIX);
}

function keyByParts(rule: DedupeRule, parts: readonly PartReader[]): KeyBy {
  const head = headOf(rule);
  return (record, dataset) => {
    for (const part of parts) if (!part.mayHave(record)) return null;
    let text = head + dataset;
    for (const part of parts) {
      const texts = part.read(record);
      if (texts.length === 0) return null;
      for (const item of texts) text += encode(item);
    }
    return toKey(rule, text);
  };
}

function headOf(rule: DedupeRule): string {
  return encode('bigdata.dedupe') + encode(rule);
}

/** Every part with its length in front, so that no two lists of parts give one text. */
function encode(part: string): string {
  return `${Buffer.byteLength(part)}:${part},`;
}

const ROW_HEAD = headOf('row.v1');

const rowKey = (record: DedupeRecord, dataset: string): DedupeKeyText | null => {
  const cells: [name: string, value: string][] = [];
  for (const field of DEDUPE_FIELDS) addCell(cells, field, record[field]);
  for (const [name, value] of Object.entries(record.attributes ?? {}))
    addCell(cells, `attributes.${name}`, value);
  if (cells.length === 0) return null;
  cells.sort(([a], [b]) => (a < b ? -1 : 1));
  return toKey('row.v1', ROW_HEAD + dataset + cells.flat().map(encode).join(''));
};

const addCell = (cells: [string, string][], name: string, value: string | null | undefined): void => {
  if (value) cells.push([name.normalize('NFC'), value.normalize('NFC')]);
};

/** `binary` is the one encoding of digests in which a byte is a character. */
const toKey = (rule: DedupeRule, text: string | Buffer): DedupeKeyText => ({
  key: hash('sha256', text, 'binary').slice(0, KEY_BYTES),
  rule,
});
