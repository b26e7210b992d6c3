import fc from 'fast-check';
import { FILTER_LIMITS, filterSchema } from './filter';

const issuesOf = (input: unknown): { path: string; message: string; params: Record<string, unknown> }[] => {
  const parsed = filterSchema.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({
        path: issue.path.join('/'),
        message: issue.message,
        params: issue.code === 'custom' ? (issue.params ?? {}) : {},
      }));
};

const condition = { field: 'country', op: 'eq', value: 'US' };

describe('filterSchema', () => {
  it('gives a frozen tree in which each condition knows its place', () => {
    const filter = filterSchema.parse({
      and: [condition, { or: [{ field: 'attributes.tier', op: 'in', value: ['gold'] }] }],
    });
    expect(filter).toEqual({
      op: 'and',
      filters: [
        {
          op: 'eq',
          field: { kind: 'field', name: 'country' },
          values: [{ value: 'US', path: ['and', 0, 'value'] }],
          path: ['and', 0],
        },
        {
          op: 'or',
          filters: [
            {
              op: 'in',
              field: { kind: 'attribute', name: 'tier', type: 'text' },
              values: [{ value: 'gold', path: ['and', 1, 'or', 0, 'value', 0] }],
              path: ['and', 1, 'or', 0],
            },
          ],
        },
      ],
    });
    expect(Object.isFrozen(filter)).toBe(true);
  });

  it('points at an unknown field and proposes the one that was meant', () => {
    const [issue] = issuesOf({ and: [{ ...condition, field: 'contry' }] });
    expect(issue?.path).toBe('and/0/field');
    expect(issue?.message).toContain('allowed: record_id');
    expect(issue?.params['hint']).toBe('did you mean "country"?');
  });

  it.each([
    ['exists', undefined, { op: 'exists' }],
    ['exists', true, { op: 'exists' }],
    ['exists', false, { op: 'not', filter: { op: 'exists' } }],
  ])('reads %s with the value %p', (op, value, tree) => {
    expect(filterSchema.parse({ field: 'phone', op, value })).toMatchObject(tree);
  });

  it.each([
    [18, undefined, 'number', '18'],
    [-2.5e30, undefined, 'number', '-2.5e+30'],
    [true, undefined, 'text', 'true'],
    ['18', undefined, 'text', '18'],
    ['18', 'number', 'number', '18'],
    ['2026-01-31', 'date', 'date', '2026-01-31'],
  ])('reads an attribute beside the value %p and the type %p as %s', (value, type, as, text) => {
    expect(filterSchema.parse({ field: 'attributes.x', op: 'eq', value, type })).toMatchObject({
      field: { kind: 'attribute', name: 'x', type: as },
      values: [{ value: text }],
    });
  });

  it.each([
    ['equals', 'did you mean "eq"?'],
    ['$ne', 'did you mean "ne"?'],
    ['>=', 'did you mean "gte"?'],
    ['starts_with', 'did you mean "prefix"?'],
    ['exist', 'did you mean "exists"?'],
    ['constructor', undefined],
  ])('refuses the operator %s with the hint %p and what is allowed', (op, hint) => {
    const [issue] = issuesOf({ ...condition, op });
    expect(issue?.message).toContain('allowed: eq, ne, in, not_in, lt');
    expect(issue?.params['hint']).toBe(hint);
  });

  it('names the operators of a field that has not all of them', () => {
    const [issue] = issuesOf({ field: 'birth_date', op: 'contains', value: '1980' });
    expect(issue).toMatchObject({
      path: 'op',
      message:
        'not an operator of this field; allowed: eq, ne, in, not_in, lt, lte, gt, gte, between, exists',
    });
  });

  it('points at the type of an attribute that there is not, and at one where there is no choice', () => {
    expect(issuesOf({ field: 'attributes.x', op: 'eq', value: '1', type: 'numbre' })).toMatchObject([
      { path: 'type', params: { hint: 'did you mean "number"?' } },
    ]);
    expect(issuesOf({ ...condition, type: 'text' })).toMatchObject([{ path: 'type' }]);
  });

  it('reports every mistake of a tree at once', () => {
    const paths = issuesOf({
      or: [
        { field: 'nope', op: 'eq', value: 'x' },
        { ...condition, op: 'equals' },
        { ...condition, value: 7 },
      ],
    }).map(({ path }) => path);
    expect(paths).toEqual(['or/0/field', 'or/1/op', 'or/2/value']);
  });

  it.each([
    ['an empty group', { and: [] }],
    ['a group beside another member', { and: [condition], or: [condition] }],
    ['a list', [condition]],
    ['null', null],
    ['a text', 'country = US'],
    ['a missing value', { field: 'country', op: 'eq' }],
    ['an operator object in place of a value', { ...condition, value: { $gt: '' } }],
    ['an unknown member', { ...condition, sql: '1=1' }],
    ['a whole map as field', { ...condition, field: 'attributes' }],
    ['an inherited name as field', { ...condition, field: 'constructor' }],
    ['an empty list', { ...condition, op: 'in', value: [] }],
    ['a mixed list', { ...condition, op: 'in', value: ['US', 1] }],
    ['a mixed list for an attribute', { field: 'attributes.x', op: 'in', value: [1, true] }],
    ['a number for a text', { ...condition, value: 1 }],
    ['a range of one', { ...condition, op: 'between', value: ['US'] }],
    ['a range of three', { ...condition, op: 'between', value: ['A', 'B', 'C'] }],
    ['a list that is denied by a text', { ...condition, op: 'not_in', value: 'US' }],
    ['a value of exists that is none', { ...condition, op: 'exists', value: 'yes' }],
    ['a list under "not"', { not: [condition] }],
    ['a "not" beside a condition', { not: condition, ...condition }],
  ])('refuses %s', (_name, input) => {
    expect(issuesOf(input).length).toBeGreaterThan(0);
  });

  it('calls a tree that is too deep or too wide too complex', () => {
    let deep: unknown = condition;
    for (let i = 0; i < FILTER_LIMITS.depth; i += 1) deep = { and: [deep] };
    expect(issuesOf(deep)[0]?.params['problem']).toBe('query_too_complex');
    const wide = { or: Array.from({ length: FILTER_LIMITS.conditions + 1 }, () => condition) };
    expect(issuesOf(wide)[0]?.params['problem']).toBe('query_too_complex');
    expect(issuesOf({ or: Array.from({ length: FILTER_LIMITS.conditions }, () => condition) })).toEqual([]);
  });

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        filterSchema.safeParse(input);
      }),
    );
  });
});
