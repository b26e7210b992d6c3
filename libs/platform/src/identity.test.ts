import fc from 'fast-check';
import { Secret } from './config/secret';
import { createIdentityCodec } from './identity';

const secret = new Secret('a secret of at least thirty-two chars');
const identity = {
  caller: { kind: 'user', userId: 'u1', role: 'admin', keyId: 'k1' },
  requestId: 'request-1',
} as const;
const queryLimits = {
  rows_max: 5,
  timeout_ms: null,
  memory_bytes_max: null,
  rows_to_read_max: null,
  concurrent_max: 2,
};
const line = { method: 'POST', target: '/v1/query?x=1' };
const ofAnyNonce = (signed: object): unknown => ({ ...signed, nonce: expect.any(String) as string });

describe('createIdentityCodec', () => {
  let nowMs = 1_000_000;
  const codec = createIdentityCodec(secret, () => nowMs);
  beforeEach(() => {
    nowMs = 1_000_000;
  });

  it('gives back what it signed', () => {
    expect(codec.verify(codec.sign(identity, line), line)).toEqual(ofAnyNonce(identity));
  });

  it('gives back the terms of the key', () => {
    const caller = {
      ...identity.caller,
      fields: ['record_id' as const, 'email' as const],
      queryLimits,
      queryPrice: { base: 1, per_record: 2 },
    };
    const token = codec.sign({ ...identity, caller }, line);
    expect(codec.verify(token, line)).toEqual(ofAnyNonce({ ...identity, caller }));
  });

  it.each<[string, object]>([
    ['of the key', { restriction: true }],
    ['of its statements', { queryLimits: { ...queryLimits, rows_a_day_max: 1 } }],
    ['of its prices', { queryPrice: { base: 1, per_record: 2, per_byte: 1 } }],
  ])('refuses a term %s that it does not know', (_name, term) => {
    const caller = { ...identity.caller, ...term };
    expect(codec.verify(codec.sign({ ...identity, caller }, line), line)).toBeNull();
  });

  it('refuses a token of another secret', () => {
    const other = createIdentityCodec(new Secret('another secret of thirty-two chars!!'), () => nowMs);
    expect(codec.verify(other.sign(identity, line), line)).toBeNull();
  });

  it('refuses a token from too long ago or from the future', () => {
    const token = codec.sign(identity, line);
    nowMs += 36_000;
    expect(codec.verify(token, line)).toBeNull();
    nowMs -= 36_000 + 6_000;
    expect(codec.verify(token, line)).toBeNull();
  });

  it.each([
    ['another method', { ...line, method: 'DELETE' }],
    ['another path', { ...line, target: '/v1/lookup?x=1' }],
    ['another query', { ...line, target: '/v1/query?x=2' }],
    ['the same text cut elsewhere', { method: 'POST /v1/query?x=1', target: '' }],
  ])('refuses a token with %s than it was made for', (_name, other) => {
    expect(codec.verify(codec.sign(identity, line), other)).toBeNull();
  });

  it('makes no two tokens with one nonce, in one process or in two', () => {
    const processes = [codec, createIdentityCodec(secret, () => nowMs)];
    const nonces = processes.flatMap((signer) =>
      Array.from({ length: 100 }, () => signer.verify(signer.sign(identity, line), line)?.nonce),
    );
    expect(new Set(nonces).size).toBe(200);
  });

  it('refuses any change of any character', () => {
    const token = codec.sign(identity, line);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('a', 'Z', '0', '9', '.', '_', '-'),
        (at, char) => {
          fc.pre(token[at] !== char);
          const changed = token.slice(0, at) + char + token.slice(at + 1);
          const verified = codec.verify(changed, line);
          // The last base64url character carries unused bits: a change there may decode to the same bytes.
          if (at === token.length - 1) return verified === null || verified.requestId === identity.requestId;
          return verified === null;
        },
      ),
    );
  });

  it('refuses nonsense without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => codec.verify(text, line) === null));
    expect(codec.verify('v2..', line)).toBeNull();
  });
});
