import { IdentifierHash } from './identifier-hash';

const KEY = Uint8Array.from({ length: 16 }, (_, index) => index);

/** Of the reference implementation: key 00 01 … 0f, message 00 01 … of each length. */
test.each([
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
])('is SipHash-2-4 for a message of %d bytes', (length, expected) => {
  const message = Uint8Array.from({ length }, (_, index) => index);
  expect(new IdentifierHash(KEY).hex(message)).toBe(expected);
});

test('hashes a part of the bytes as it would hash it alone', () => {
  const bytes = Buffer.from('…before jane@example.com after');
  const start = bytes.indexOf('jane');
  const end = bytes.indexOf(' after');
  const hash = new IdentifierHash(KEY);
  const alone = hash.hex(bytes.subarray(start, end));
  const { high, low } = hash;
  hash.hash(bytes, start, end);
  expect([hash.high, hash.low]).toEqual([high, low]);
  expect(new IdentifierHash(KEY.map((byte) => byte ^ 1)).hex(bytes.subarray(start, end))).not.toBe(alone);
});

test('takes no key of another length', () => {
  expect(() => new IdentifierHash(new Uint8Array(15))).toThrow(RangeError);
});
