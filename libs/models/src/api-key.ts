/**
 * API keys: `bd_live_<12 key id>_<43 secret><6 checksum>`, base62. The secret carries 43 × log2(62) = 256 bits.
 * The checksum (CRC-32 of everything before it) refuses a mistyped key without any I/O; it is no secret.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const API_KEY_PREFIX = 'bd_live_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY_ID_CHARS = 12;
const SECRET_CHARS = 43;
const CHECKSUM_CHARS = 6;
const KEY_PATTERN = new RegExp(
  `^${API_KEY_PREFIX}([0-9A-Za-z]{${KEY_ID_CHARS}})_[0-9A-Za-z]{32,128}[0-9A-Za-z]{${CHECKSUM_CHARS}}$`,
);

export interface ParsedApiKey {
  readonly keyId: string;
  readonly apiKey: string;
}

/** @param randomBytes a cryptographic source, such as node:crypto's */
export function generateApiKey(randomBytes: (size: number) => Uint8Array): ParsedApiKey {
  const keyId = randomBase62(KEY_ID_CHARS, randomBytes);
  const body = `${API_KEY_PREFIX}${keyId}_${randomBase62(SECRET_CHARS, randomBytes)}`;
  return { keyId, apiKey: body + checksumOf(body) };
}

/** The key's id, or null when the text cannot be one of our keys. Pure: no look-up is made. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const keyId = KEY_PATTERN.exec(text)?.[1];
  if (keyId === undefined) return null;
  const body = text.slice(0, -CHECKSUM_CHARS);
  return checksumOf(body) === text.slice(-CHECKSUM_CHARS) ? { keyId, apiKey: text } : null;
}

/** The secret that hashes of keys depend on; the database never sees it. */
export interface Pepper {
  /** Tells peppers apart, and nothing about them: stored beside each hash that it made. */
  readonly id: string;
  /** What is stored instead of the key: HMAC-SHA-256, lower-case hex. */
  hash(apiKey: string): string;
}

/** No key has this form, so that no hash of a key is an id. */
const PEPPER_ID_OF = 'bigdata-api pepper';
const PEPPER_ID_CHARS = 12;

export function createPepper(secret: string): Pepper {
  const key = createSecretKey(secret, 'utf8');
  const hash = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  return { id: hash(PEPPER_ID_OF).slice(0, PEPPER_ID_CHARS), hash };
}

/** Compares two hex hashes in constant time. */
export function sameHash(left: string, right: string): boolean {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
}

function checksumOf(body: string): string {
  let value = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_CHARS; i += 1) {
    text = ALPHABET.charAt(value % 62) + text;
    value = Math.floor(value / 62);
  }
  return text;
}

/** Unbiased: bytes of 248 and above are thrown away, since 248 = 4 × 62. */
function randomBase62(length: number, randomBytes: (size: number) => Uint8Array): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
