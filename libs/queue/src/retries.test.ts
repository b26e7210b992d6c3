import { AppError } from '@bigdata/models';
import { backoffMs, toJobFailure } from './retries';

test('the pause doubles with each failure up to its cap', () => {
  const backoff = { firstMs: 1_000, maxMs: 5_000 };
  expect([1, 2, 3, 4, 50].map((failures) => backoffMs(backoff, failures))).toEqual([
    1_000, 2_000, 4_000, 5_000, 5_000,
  ]);
});

test.each([
  ['unavailable', false],
  ['rate_limited', false],
  ['internal', false],
  ['conflict', true],
  ['not_found', true],
  ['invalid_request', true],
] as const)('a failure with code %s is final: %s', (code, final) => {
  expect(toJobFailure(new AppError(code, { detail: 'a row of data' }))).toEqual({ code, final });
});

test('an unknown error is tried again and its text is not passed on', () => {
  expect(toJobFailure(new Error('a row of data'))).toEqual({ code: 'internal', final: false });
});
