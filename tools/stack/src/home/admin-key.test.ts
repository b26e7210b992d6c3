import { crc32 } from 'node:zlib';
import { newAdminKey } from './admin-key';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

test('has the public format, with the CRC-32 of its body as checksum', () => {
  const key = newAdminKey();
  expect(key).toMatch(/^bd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
  const checksum = [...key.slice(-6)].reduce((sum, char) => sum * 62 + ALPHABET.indexOf(char), 0);
  expect(checksum).toBe(crc32(key.slice(0, -6)));
});

test('is another one each time', () => {
  expect(newAdminKey()).not.toBe(newAdminKey());
});
