import { parseIdempotencyKey } from './idempotency-key';

test.each([
  ['8e03978e-40d5-43e8', '8e03978e-40d5-43e8'],
  ['"8e03978e-40d5-43e8"', '8e03978e-40d5-43e8'],
  [' "a \\"b\\" \\\\c" ', 'a "b" \\c'],
  ['k'.repeat(255), 'k'.repeat(255)],
])('%s reads as %s', (header, key) => {
  expect(parseIdempotencyKey(header)).toBe(key);
});

test('no header is no key', () => {
  expect(parseIdempotencyKey(undefined)).toBeNull();
});

test.each(['', '""', 'k'.repeat(256), 'schlüssel', 'a\u0001b'])('%j is refused', (header) => {
  expect(() => parseIdempotencyKey(header)).toThrow(
    expect.objectContaining({ code: 'invalid_request' }) as Error,
  );
});
