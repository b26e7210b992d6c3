import { queryRequestSchema } from '@bigdata/models';
import { toShape } from './query-shape';

const shapeOf = (where?: unknown, count = 'none'): string =>
  toShape(queryRequestSchema.parse(where === undefined ? { count } : { where, count }));

test('fields, operators and their nesting are shown', () => {
  expect(
    shapeOf({
      and: [
        { field: 'country', op: 'eq', value: 'US' },
        {
          or: [
            { field: 'email', op: 'in', value: ['jane@example.com'] },
            { field: 'company', op: 'eq', value: 'Acme' },
          ],
        },
      ],
    }),
  ).toBe('where: and(country eq, or(email in, company eq)); count: none');
  expect(shapeOf(undefined, 'exact')).toBe('where: everything; count: exact');
});

test('the order is shown, by fields and directions', () => {
  const request = {
    order_by: [{ field: 'last_name' }, { field: 'attributes.jane@example.com', direction: 'desc' }],
  };
  expect(toShape(queryRequestSchema.parse(request))).toBe(
    'where: everything; order_by: last_name asc, attributes desc; count: none',
  );
});

test('no value is, and no name of an attribute, which a caller could write a value into', () => {
  const shape = shapeOf({ field: 'attributes.jane@example.com', op: 'eq', value: 'secret' });
  expect(shape).toBe('where: attributes eq; count: none');
});

test('a long filter is cut', () => {
  const conditions = Array.from({ length: 200 }, () => ({ field: 'country', op: 'eq', value: 'US' }));
  expect(shapeOf({ and: conditions })).toHaveLength(1_000);
});
