import { requireJsonAccepted } from './accept-header';

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
  expect(() => requireJsonAccepted(accept)).not.toThrow();
});

test.each(['text/csv', 'application/x-ndjson', 'application/json;q=0, */*', 'text/*', 'nonsense'])(
  'a caller that sends Accept: %s does not take JSON',
  (accept) => {
    expect(() => requireJsonAccepted(accept)).toThrow(/^not_acceptable: /);
  },
);
