import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createPepper, generateApiKey, parseApiKey, sameHash } from './api-key';

const SECRET = 'a pepper that the database never sees';

describe('generateApiKey', () => {
  it('gives keys of the documented shape that parse back to their id', () => {
    for (let i = 0; i < 200; i += 1) {
      const { keyId, apiKey } = generateApiKey(randomBytes);
      expect(apiKey).toMatch(/^bd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
      expect(parseApiKey(apiKey)).toEqual({ keyId, apiKey });
    }
  });

  it('spreads evenly over the alphabet', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i += 1) {
      for (const char of generateApiKey(randomBytes).apiKey.slice(21, 64)) {
        counts.set(char, (counts.get(char) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(62);
    const expected = (2_000 * 43) / 62;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.25);
  });
});

describe('parseApiKey', () => {
  const { apiKey } = generateApiKey(randomBytes);

  it('refuses a key with any one character changed', () => {
    fc.assert(
      fc.property(
        fc.nat(apiKey.length - 1),
        fc.constantFrom('0', '9', 'A', 'Z', 'a', 'z', '_', '-'),
        (at, char) => {
          fc.pre(apiKey[at] !== char);
          expect(parseApiKey(apiKey.slice(0, at) + char + apiKey.slice(at + 1))).toBeNull();
        },
      ),
    );
  });

  it('refuses anything that is not a key, without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseApiKey(text) === null));
    expect(parseApiKey(`${apiKey}\n`)).toBeNull();
    expect(parseApiKey(` ${apiKey}`)).toBeNull();
  });

  it('pins the checksum, so that keys issued today stay valid', () => {
    const body = `bd_live_${'A'.repeat(12)}_${'b'.repeat(43)}`;
    expect(parseApiKey(`${body}3glRxK`)?.keyId).toBe('A'.repeat(12));
  });
});

describe('createPepper', () => {
  const pepper = createPepper(SECRET);
  const other = createPepper(`${SECRET}.`);

  it('makes hashes that depend on key and secret', () => {
    const hash = pepper.hash('key');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(sameHash(hash, createPepper(SECRET).hash('key'))).toBe(true);
    expect(sameHash(hash, pepper.hash('kez'))).toBe(false);
    expect(sameHash(hash, other.hash('key'))).toBe(false);
  });

  it('pins the hash and the id, so that keys stored today stay valid and known', () => {
    expect(pepper.hash('key')).toBe(createHmac('sha256', SECRET).update('key').digest('hex'));
    expect(pepper.id).toBe(
      createHmac('sha256', SECRET).update('bigdata-api pepper').digest('hex').slice(0, 12),
    );
    expect(other.id).not.toBe(pepper.id);
  });

  it('never takes an empty or cut hash for equal', () => {
    expect(sameHash('', '')).toBe(false);
    expect(sameHash('ab', 'abcd')).toBe(false);
  });
});
