import { acceptedType } from './accept-header';

test.each([
  undefined,
  '',
  '*/*',
  'application/json',
  'Application/JSON; charset=utf-8',
  'text/html, application/*;q=0.5',
  'text/csv, */*;q=0.1',
  'application/json, */*;q=0',
])('a caller that sends Accept: %s takes JSON', (accept) => {
  expect(acceptedType(accept, ['application/json'])).toBe('application/json');
});

test.each(['text/csv', 'application/x-ndjson', 'application/json;q=0, */*', 'text/*', 'nonsense'])(
  'a caller that sends Accept: %s does not take JSON',
  (accept) => {
    expect(() => acceptedType(accept, ['application/json'])).toThrow(/^not_acceptable: /);
  },
);

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv, application/json', 'application/json'],
  ['text/csv', 'text/csv'],
  ['Text/CSV; header=present', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/json;q=0.5, text/csv;q=0.9', 'text/csv'],
  ['application/json;q=0, */*;q=0.1', 'text/csv'],
  ['text/csv;q=0.5, */*', 'application/json'],
])('of JSON and CSV a caller that sends Accept: %s gets %s', (accept, type) => {
  expect(acceptedType(accept, ['application/json', 'text/csv'])).toBe(type);
});
