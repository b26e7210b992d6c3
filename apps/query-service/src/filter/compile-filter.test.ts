import { filterSchema, FILTER_LIMITS } from '@bigdata/models';
import fc from 'fast-check';
import { createSqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { compileFilter } from './compile-filter';
import { normalizeFilter } from './normalize-filter';
import { type NormalizedFilter } from './normalized-filter';

function compile(filter: NormalizedFilter): SqlQuery {
  const parameters = createSqlParameters();
  return { sql: compileFilter(filter, parameters), params: parameters.all() };
}

const compileInput = (input: unknown): SqlQuery =>
  compile(normalizeFilter(filterSchema.parse(input), { today: '2026-06-30' }));

const eq = (field: string, value: string) => ({ field, op: 'eq', value });

test.each([
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
  op: fc.constantFrom('eq' as const, 'in' as const),
  field: fc.oneof(
    fc
      .constantFrom('email' as const, 'region' as const, 'record_id' as const, 'updated_at' as const)
      .map((name) => ({ kind: 'field' as const, name })),
    fc.string({ unit: 'binary', minLength: 1 }).map((name) => ({ kind: 'attribute' as const, name })),
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
  ),
}));

test('the text depends on the shape alone: no value and no name of an attribute is ever in it', () => {
  const shapeOnly = (filter: NormalizedFilter): NormalizedFilter =>
    'filters' in filter
      ? { ...filter, filters: filter.filters.map(shapeOnly) }
      : {
          ...filter,
          field: filter.field.kind === 'attribute' ? { kind: 'attribute', name: marker() } : filter.field,
          values: filter.values.map(marker),
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
