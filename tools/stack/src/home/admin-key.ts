import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key of the public format: `bd_live_<12 key id>_<43 secret><6 CRC-32 of all before>`, base62. */
export function newAdminKey(): string {
  const body = `bd_live_${randomBase62(12)}_${randomBase62(43)}`;
  let rest = crc32(body);
  let checksum = '';
  while (checksum.length < 6) {
    checksum = ALPHABET.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  return body + checksum;
}

/** Bytes of 248 and above are thrown away, as 248 = 4 × 62: every character is equally likely. */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
