import { filterSchema } from '@bigdata/models';
import { normalizeFilter } from './normalize-filter';
import { toRequestFilter } from './request-filter';

const normalized = (where: unknown) =>
  toRequestFilter(normalizeFilter(filterSchema.parse(where), { today: '2026-11-28' }));

test('a normalised filter is told as a request would write it', () => {
  const where = {
    and: [
      { field: 'country', op: 'eq', value: 'United States' },
      { field: 'phone', op: 'in', value: ['(415) 555-0132', '+1 415 555 0132'] },
      { not: { field: 'email', op: 'exists' } },
      { or: [{ field: 'birth_date', op: 'between', value: ['1980-01-01', '1981-01-01'] }] },
      { field: 'attributes.age', op: 'gte', value: 18 },
    ],
  };
  expect(normalized(where)).toEqual({
    and: [
      { field: 'country', op: 'eq', value: 'US' },
      { field: 'phone', op: 'in', value: ['+14155550132'] },
      { not: { field: 'email', op: 'exists' } },
      { or: [{ field: 'birth_date', op: 'between', value: ['1980-01-01', '1981-01-01'] }] },
      { field: 'attributes.age', type: 'number', op: 'gte', value: '18' },
    ],
  });
});

test.each([
  { field: 'record_id', op: 'eq', value: 'AB'.repeat(16) },
  { field: 'dataset', op: 'eq', value: ' people ' },
  { field: 'email', op: 'eq', value: 'Jane.Doe+news@GoogleMail.com' },
  { field: 'email', op: 'prefix', value: 'Jane.' },
  { field: 'phone', op: 'prefix', value: '+1 (415)' },
  { field: 'phone', op: 'contains', value: '(415) 555' },
  { field: 'phone', op: 'gt', value: '+1 415' },
  { field: 'full_name', op: 'eq', value: 'DOE, Jane' },
  { field: 'last_name', op: 'ne', value: 'O’Neill' },
  { field: 'company', op: 'contains', value: 'Größe &' },
  { field: 'job_title', op: 'eq', value: 'Chief  ENGINEER' },
  { field: 'website', op: 'eq', value: 'Example.com/A' },
  { field: 'website', op: 'contains', value: 'Example.com/A' },
  { field: 'birth_date', op: 'eq', value: '29 February 1980' },
  { field: 'birth_date', op: 'lt', value: '2030-01-01' },
  { field: 'gender', op: 'eq', value: 'F' },
  { field: 'country', op: 'not_in', value: ['usa', 'Germany'] },
  {
    and: [
      { field: 'country', op: 'eq', value: 'USA' },
      { field: 'postal_code', op: 'eq', value: '2139' },
    ],
  },
  { field: 'postal_code', op: 'prefix', value: 'ab1' },
  { field: 'updated_at', op: 'between', value: ['2026-01-31T13:00:00+01:00', '2026-02-01'] },
  { field: 'first_seen_at', op: 'eq', value: '2026-01-31T13:00:00+01:00' },
  { field: 'attributes.signup', type: 'date', op: 'lt', value: '2026-02-01' },
  { field: 'attributes.score', op: 'in', value: [1e21, -0.5] },
  { field: 'attributes.vip', op: 'eq', value: true },
  { field: 'email', op: 'exists', value: false },
])('what is told of %j can be asked again and means the same', (where) => {
  const told = normalized(where);
  expect(normalized(told)).toEqual(told);
});

test('moments are told in ISO 8601', () => {
  const where = { field: 'updated_at', op: 'gte', value: '2026-01-31T13:00:00+01:00' };
  expect(normalized(where)).toEqual({ ...where, value: '2026-01-31T12:00:00.000Z' });
});
