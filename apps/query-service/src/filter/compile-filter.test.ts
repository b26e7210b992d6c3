import { ATTRIBUTE_TYPES, FILTER_LIMITS, FILTER_OPERATORS, filterSchema } from '@bigdata/models';
import fc from 'fast-check';
import { createSqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { compileFilter } from './compile-filter';
import { normalizeFilter } from './normalize-filter';
import { isGroup, isNegation, type NormalizedFilter } from './normalized-filter';

function compile(filter: NormalizedFilter): SqlQuery {
  const parameters = createSqlParameters();
  return { sql: compileFilter(filter, parameters), params: parameters.all() };
}

const compileInput = (input: unknown): SqlQuery =>
  compile(normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' }));

const eq = (field: string, value: string) => ({ field, op: 'eq', value });

const TEXT_P0 = 'attributes[{p0:String}]';
const NUMBER_P0 = `toFloat64OrNull(if(match(${TEXT_P0}, '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$'), ${TEXT_P0}, ''))`;
const DATE_P0 = `parseDateTime64BestEffortOrNull(if(match(${TEXT_P0}, '^(19|20|21)[0-9][0-9]-[01][0-9]-[0-3][0-9]([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-][01][0-9]:[0-5][0-9])?)?$'), ${TEXT_P0}, ''), 3, 'UTC')`;

test.each<[string, unknown, string, SqlQuery['params']]>([
  [
    'text that is compared as it is',
    eq('country', 'us'),
    "(country != '' AND country = {p0:String})",
    { p0: 'US' },
  ],
  [
    'a field with a folded spelling',
    eq('company', 'ACME'),
    "(company_match != '' AND company_match = {p0:String})",
    { p0: 'acme' },
  ],
  [
    'a field that is compared in any case',
    { field: 'region', op: 'in', value: ['CA', 'TX'] },
    "(region != '' AND lowerUTF8(region) IN (SELECT lowerUTF8(arrayJoin({p0:Array(String)}))))",
    { p0: ['CA', 'TX'] },
  ],
  [
    'the key',
    eq('record_id', 'F'.repeat(32)),
    'dedupe_key = toFixedString(unhex({p0:String}), 16)',
    { p0: 'f'.repeat(32) },
  ],
  [
    'a list of keys',
    { field: 'record_id', op: 'in', value: ['0'.repeat(32)] },
    'dedupe_key IN (SELECT toFixedString(unhex(arrayJoin({p0:Array(String)})), 16))',
    { p0: ['0'.repeat(32)] },
  ],
  [
    'a date',
    eq('birth_date', '1980-02-29'),
    "(birth_date != '' AND birth_date = {p0:String})",
    { p0: '1980-02-29' },
  ],
  [
    'a timestamp, which is never empty',
    eq('updated_at', '2026-01-31T12:00:00Z'),
    "updated_at = {p0:DateTime64(3, 'UTC')}",
    { p0: '2026-01-31 12:00:00.000' },
  ],
  [
    'a job',
    { field: 'ingest_id', op: 'in', value: ['0198c0de-0000-7000-8000-000000000001'] },
    'toFixedString(substring(v_ingest, 5), 16) IN (SELECT UUIDStringToNum(arrayJoin({p0:Array(String)})))',
    { p0: ['0198c0de-0000-7000-8000-000000000001'] },
  ],
  [
    'an attribute',
    eq("attributes.it's", 'gold'),
    "(attributes[{p0:String}] != '' AND attributes[{p0:String}] = {p1:String})",
    { p0: "it's", p1: 'gold' },
  ],
  [
    'the denial of a value, true where there is none',
    { field: 'country', op: 'ne', value: 'US' },
    "NOT ((country != '' AND country = {p0:String}))",
    { p0: 'US' },
  ],
  [
    'the denial of a list',
    { field: 'city', op: 'not_in', value: ['Berlin', 'Bonn'] },
    "NOT ((city_match != '' AND city_match IN {p0:Array(String)}))",
    { p0: ['berlin', 'bonn'] },
  ],
  [
    'a bound',
    { field: 'birth_date', op: 'lt', value: '2100-01-01' },
    "(birth_date != '' AND birth_date < {p0:String})",
    { p0: '2100-01-01' },
  ],
  [
    'a range',
    { field: 'updated_at', op: 'between', value: ['2026-01-01', '2026-02-01T12:00:00+01:00'] },
    "(updated_at >= {p0:DateTime64(3, 'UTC')} AND updated_at <= {p1:DateTime64(3, 'UTC')})",
    { p0: '2026-01-01 00:00:00.000', p1: '2026-02-01 11:00:00.000' },
  ],
  [
    'a range of keys',
    { field: 'record_id', op: 'gte', value: '8'.repeat(32) },
    'dedupe_key >= toFixedString(unhex({p0:String}), 16)',
    { p0: '8'.repeat(32) },
  ],
  [
    'the order of e-mail addresses, which is that of what is shown',
    { field: 'email', op: 'gt', value: 'M' },
    "(email != '' AND email > {p0:String})",
    { p0: 'm' },
  ],
  [
    'the beginning of a folded text',
    { field: 'last_name', op: 'prefix', value: "O'N" },
    "(last_name_match != '' AND startsWith(last_name_match, {p0:String}))",
    { p0: 'on' },
  ],
  [
    'a part of a text in any case',
    { field: 'website', op: 'contains', value: 'Example.COM' },
    "(website != '' AND position(lowerUTF8(website), lowerUTF8({p0:String})) > 0)",
    { p0: 'example.com' },
  ],
  ['a value at all', { field: 'phone', op: 'exists' }, "phone != ''", {}],
  ['no value', { field: 'phone', op: 'exists', value: false }, "NOT (phone != '')", {}],
  ['a value that is always there', { field: 'record_id', op: 'exists' }, 'true', {}],
  [
    'an attribute as a number',
    { field: 'attributes.age', op: 'gte', value: 18 },
    `(isNotNull(${NUMBER_P0}) AND ${NUMBER_P0} >= toFloat64({p1:String}))`,
    { p0: 'age', p1: '18' },
  ],
  [
    'an attribute as a date',
    { field: 'attributes.signup', type: 'date', op: 'lt', value: '2026-01-31' },
    `(isNotNull(${DATE_P0}) AND ${DATE_P0} < {p1:DateTime64(3, 'UTC')})`,
    { p0: 'signup', p1: '2026-01-31 00:00:00.000' },
  ],
  [
    'a negated tree',
    { not: { or: [eq('country', 'US'), { not: { field: 'city', op: 'exists' } }] } },
    "NOT (((country != '' AND country = {p0:String}) OR NOT (city_match != '')))",
    { p0: 'US' },
  ],
  [
    'a tree',
    {
      and: [
        eq('country', 'US'),
        { or: [eq('email', 'A@Example.com'), eq('city', 'Berlin'), eq('country', 'US')] },
      ],
    },
    "((country != '' AND country = {p0:String}) AND (" +
      "(email_match != '' AND email_match = {p1:String}) OR " +
      "(city_match != '' AND city_match = {p2:String}) OR " +
      "(country != '' AND country = {p0:String})))",
    { p0: 'US', p1: 'a@example.com', p2: 'berlin' },
  ],
])('compiles %s', (_what, input, sql, params) => {
  expect(compileInput(input)).toEqual({ sql, params });
});

test('splits a list whose text would not fit into one parameter of ClickHouse', () => {
  const value = Array.from({ length: FILTER_LIMITS.valuesPerCondition }, (_, index) =>
    String(index).padEnd(FILTER_LIMITS.valueChars, '語'),
  );
  const { sql, params } = compileInput({ field: 'attributes.x', op: 'in', value });
  const lists = Object.values(params).filter((list) => Array.isArray(list));
  expect(lists.flat()).toEqual(value);
  expect(Math.max(...lists.map((list) => Buffer.byteLength(JSON.stringify(list))))).toBeLessThan(131_072);
  expect(sql).toMatch(/^\(attributes\[\{p0:String\}\] != '' AND \(.* IN \{p1:Array\(String\)\} OR .*\)\)$/);
});

const condition: fc.Arbitrary<NormalizedFilter> = fc.record({
  op: fc.constantFrom(...FILTER_OPERATORS),
  field: fc.oneof(
    fc
      .constantFrom('email' as const, 'region' as const, 'record_id' as const, 'updated_at' as const)
      .map((name) => ({ kind: 'field' as const, name })),
    fc.record({
      kind: fc.constant('attribute' as const),
      name: fc.string({ unit: 'binary', minLength: 1 }),
      type: fc.constantFrom(...ATTRIBUTE_TYPES),
    }),
  ),
  values: fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 3 }),
});
const { tree } = fc.letrec<{ tree: NormalizedFilter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    condition,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('tree') }),
  ),
}));

test('the text depends on the shape alone: no value and no name of an attribute is ever in it', () => {
  const shapeOnly = (filter: NormalizedFilter): NormalizedFilter => {
    if (isGroup(filter)) return { ...filter, filters: filter.filters.map(shapeOnly) };
    if (isNegation(filter)) return { ...filter, filter: shapeOnly(filter.filter) };
    const { field } = filter;
    return {
      ...filter,
      field: field.kind === 'attribute' ? { ...field, name: marker() } : field,
      values: filter.values.map(marker),
    };
  };
  let markers = 0;
  const marker = (): string => `value ${(markers += 1)}`;
  const withoutNumbers = ({ sql }: SqlQuery): string => sql.replace(/\{p\d+:/g, '{p:');
  fc.assert(
    fc.property(tree, (filter) => {
      expect(withoutNumbers(compile(filter))).toBe(withoutNumbers(compile(shapeOnly(filter))));
    }),
  );
});

test('the same tree gives the same SQL, with parameters numbered as they appear', () => {
  fc.assert(
    fc.property(tree, (filter) => {
      const { sql, params } = compile(filter);
      expect(compile(structuredClone(filter))).toEqual({ sql, params });
      const order = [...new Set([...sql.matchAll(/\{(p\d+):/g)].map(([, name]) => name))];
      expect(order).toEqual(Object.keys(params));
      expect(order).toEqual(order.map((_, index) => `p${index}`));
    }),
  );
});
