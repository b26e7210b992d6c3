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
        { op: 'eq', field: { kind: 'field', name: 'country' }, value: 'US', path: ['and', 0, 'value'] },
        {
          op: 'or',
          filters: [
            {
              op: 'in',
              field: { kind: 'attribute', name: 'tier' },
              value: ['gold'],
              path: ['and', 1, 'or', 0, 'value'],
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
