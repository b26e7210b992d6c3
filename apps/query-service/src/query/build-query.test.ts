import { filterSchema } from '@bigdata/models';
import { normalizeFilter } from '../filter/normalize-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildCountQuery, buildPageQuery } from './build-query';
import { recordOrder } from './record-order';

const normalize = (input: unknown): NormalizedFilter =>
  normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' });

/** Blocks of one granule, by two threads. */
const STOPS_EARLY = { max_block_size: 1_024, max_threads: 2 };

const eq = (field: string, value: string) => ({ field, op: 'eq', value });
const EMAIL = eq('email', 'a@example.com');
const RECORD = eq('record_id', 'f'.repeat(32));

test('a page is found by key and read whole', () => {
  const page = {
    filter: null,
    select: ['record_id', 'attributes', 'email', 'email'] as const,
    after: null,
    rowsMax: 101,
  };
  expect(buildPageQuery(page)).toEqual({
    sql: `SELECT lower(hex(dedupe_key)) AS page_key, lower(hex(dedupe_key)) AS record_id, attributes, nullIf(email, '') AS email
FROM record_versions FINAL
PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL
  ORDER BY dedupe_key LIMIT {p0:UInt64}
)
ORDER BY dedupe_key LIMIT {p0:UInt64}`,
    params: { p0: '101' },
    settings: STOPS_EARLY,
  });
});

test('a further page begins after the last key, and a lookup looks for candidates first', () => {
  const filter = normalize({ and: [eq('country', 'US'), EMAIL] });
  const after = { key: '0'.repeat(32), sortValues: [] };
  expect(buildPageQuery({ filter, select: ['email'], after, rowsMax: 11 })).toEqual({
    sql: `SELECT lower(hex(dedupe_key)) AS page_key, nullIf(email, '') AS email
FROM record_versions FINAL
PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL
  PREWHERE dedupe_key > unhex({p0:String})
    AND dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE (kind = 'email' AND hash IN (SELECT cityHash64(arrayJoin({p1:Array(String)})))))
  WHERE ((country != '' AND country = {p2:String}) AND (email_match != '' AND email_match = {p3:String}))
  ORDER BY dedupe_key LIMIT {p4:UInt64}
)
ORDER BY dedupe_key LIMIT {p4:UInt64}`,
    params: { p0: after.key, p1: ['a@example.com'], p2: 'US', p3: 'a@example.com', p4: '11' },
    settings: STOPS_EARLY,
  });
});

test('a page in an order begins after the values of the last record, compared after the merge', () => {
  const order = recordOrder([
    { field: { kind: 'field', name: 'last_name' }, direction: 'desc' },
    { field: { kind: 'attribute', name: 'tier', type: 'text' }, direction: 'asc' },
    { field: { kind: 'field', name: 'updated_at' }, direction: 'asc' },
  ]);
  const key = '0'.repeat(32);
  const after = { key, sortValues: ['doe', '', '1769860800000'] };
  const name = "ifNull(leftUTF8(last_name_match, 256), '')";
  const tier = "ifNull(leftUTF8(attributes[{p0:String}], 256), '')";
  const seen = 'toUnixTimestamp64Milli(updated_at)';
  const sorted = `ORDER BY empty(${name}), ${name} DESC, empty(${tier}), ${tier}, ${seen}, dedupe_key`;
  expect(buildPageQuery({ filter: null, select: ['email'], order, after, rowsMax: 11 })).toEqual({
    sql: `SELECT lower(hex(dedupe_key)) AS page_key, [${name}, ${tier}, toString(${seen})] AS page_sort, nullIf(email, '') AS email
FROM record_versions FINAL
PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL
  WHERE (empty(${name}) OR ${name} < {p3:String} OR (${name} = {p3:String} AND (empty(${tier}) AND (${seen} > toInt64({p2:String}) OR (${seen} = toInt64({p2:String}) AND dedupe_key > unhex({p1:String}))))))
  ${sorted} LIMIT {p4:UInt64}
)
${sorted} LIMIT {p4:UInt64}`,
    params: { p0: 'tier', p1: key, p2: '1769860800000', p3: 'doe', p4: '11' },
  });
});

test('an order by record id needs no values, whatever comes after it', () => {
  const order = recordOrder([
    { field: { kind: 'field', name: 'record_id' }, direction: 'desc' },
    { field: { kind: 'field', name: 'email' }, direction: 'asc' },
  ]);
  const after = { key: '0'.repeat(32), sortValues: [] };
  const { sql } = buildPageQuery({ filter: null, select: ['email'], order, after, rowsMax: 11 });
  expect(sql).toBe(`SELECT lower(hex(dedupe_key)) AS page_key, nullIf(email, '') AS email
FROM record_versions FINAL
PREWHERE dedupe_key IN (
  SELECT dedupe_key FROM record_versions FINAL
  PREWHERE dedupe_key < unhex({p0:String})
  ORDER BY dedupe_key DESC LIMIT {p1:UInt64}
)
ORDER BY dedupe_key DESC LIMIT {p1:UInt64}`);
});

const KEY_TEST = 'dedupe_key = toFixedString(unhex({p0:String}), 16)';
const among = (condition: string): string =>
  `dedupe_key IN (SELECT dedupe_key FROM record_lookups WHERE ${condition})`;
const hashed = (kind: string, values: string): string =>
  `(kind = '${kind}' AND hash IN (SELECT cityHash64(${values})))`;
const each = (parameter: string): string => `arrayJoin({${parameter}:Array(String)})`;

test.each([
  ['everything', null, null],
  ['a broad field', eq('country', 'US'), null],
  ['one name alone', eq('last_name', 'Doe'), null],
  ['the key', RECORD, KEY_TEST],
  ['the key and more', { and: [EMAIL, RECORD] }, KEY_TEST],
  ['a selective field', EMAIL, among(hashed('email', each('p0')))],
  [
    'a first and a last name',
    { and: [eq('last_name', 'Doe'), { field: 'first_name', op: 'in', value: ['Jane', 'Joe'] }] },
    among(
      `${hashed('name', `${each('p0')}, ${each('p1')}`)} OR ${hashed('first_name', each('p0'))} OR ` +
        hashed('last_name', each('p1')),
    ),
  ],
  ['a choice with a broad field', { or: [EMAIL, eq('country', 'US')] }, null],
  [
    'a choice of selective fields',
    { or: [EMAIL, { and: [eq('city', 'Berlin'), RECORD] }] },
    `(${among(hashed('email', each('p0')))} OR dedupe_key = toFixedString(unhex({p1:String}), 16))`,
  ],
])('the candidates of a count over %s', (_what, input, candidates) => {
  const { sql } = buildCountQuery(input === null ? null : normalize(input));
  const [, found = null] = /PREWHERE (.*)\n/.exec(sql) ?? [];
  expect(found).toBe(candidates);
});

test('a count is over merged records', () => {
  expect(buildCountQuery(null)).toEqual({
    sql: 'SELECT count() AS count FROM record_versions FINAL',
    params: {},
  });
});

test('a part of all records is those whose ids come first', () => {
  expect(buildCountQuery(normalize(eq('country', 'US')), '04'.padEnd(32, '0'))).toEqual({
    sql: `SELECT count() AS count FROM record_versions FINAL
  PREWHERE dedupe_key < unhex({p0:String})
  WHERE (country != '' AND country = {p1:String})`,
    params: { p0: `04${'0'.repeat(30)}`, p1: 'US' },
  });
});
