/**
 * Who a call between services is made for. The gateway vouches for a user, a service for itself; the receiver
 * trusts nothing but this: `v2.<payload>.<HMAC-SHA-256>`, valid for seconds and for one request line, one key for all
 * services. It is no JWT on purpose: there is one algorithm and nothing to negotiate.
 */
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { priceSchema, queryLimitsSchema, RECORD_FIELD_NAMES, ROLES } from '@bigdata/models';
import { z } from 'zod';
import { type Secret } from './config/secret';

export const IDENTITY_HEADER = 'x-bigdata-identity';
const VERSION = 'v2';
const LIFETIME_MS = 30_000;
/** Clocks of two machines may differ by this much. */
const SKEW_MS = 5_000;
/** No token is good for longer, by the clock of its receiver: so long it has to know those that were used. */
export const IDENTITY_USABLE_MS = LIFETIME_MS + 2 * SKEW_MS;

/** Strict at every depth: a restriction that this version does not know must not be left aside. */
const callerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('user'),
    userId: z.string(),
    role: z.enum(ROLES),
    keyId: z.string(),
    /** The only fields of a record that the caller may see, name or filter by; left out: every field. */
    fields: z.array(z.enum(RECORD_FIELD_NAMES)).optional(),
    /** What a statement of the caller's may take; left out: the service's own settings. */
    queryLimits: queryLimitsSchema.strict().optional(),
    /** What POST /v1/query costs the caller, for the service that tells it; left out: it is not told. */
    queryPrice: priceSchema.strict().optional(),
  }),
  z.strictObject({ kind: z.literal('service'), name: z.string() }),
]);
export type Caller = z.output<typeof callerSchema>;

const payloadSchema = z.strictObject({
  caller: callerSchema,
  requestId: z.string(),
  issuedAtMs: z.int(),
  nonce: z.string(),
});

export interface SignedIdentity {
  readonly caller: Caller;
  readonly requestId: string;
}

export interface VerifiedIdentity extends SignedIdentity {
  /** No other token of the same signer has it. */
  readonly nonce: string;
}

/** What the signature is bound to without being in the token: one that was overheard opens nothing else. */
export interface RequestLine {
  readonly method: string;
  /** Path and query as they are sent, byte for byte. */
  readonly target: string;
}

export interface IdentityCodec {
  sign(identity: SignedIdentity, line: RequestLine): string;
  /** Null for anything forged, expired, from the future, malformed, or made for another request. */
  verify(token: string, line: RequestLine): VerifiedIdentity | null;
}

/** @param nowMs the wall clock, milliseconds since 1970 */
export function createIdentityCodec(secret: Secret, nowMs: () => number): IdentityCodec {
  const key = createSecretKey(secret.reveal(), 'utf8');
  const mac = (body: string, { method, target }: RequestLine): Buffer =>
    createHmac('sha256', key).update(`${body}\n${method} ${target}`).digest();
  const signer = randomBytes(9).toString('base64url');
  let signed = 0;
  return {
    sign(identity, line) {
      signed += 1;
      const nonce = `${signer}${signed.toString(36)}`;
      const payload = JSON.stringify({ ...identity, issuedAtMs: nowMs(), nonce });
      const body = `${VERSION}.${Buffer.from(payload).toString('base64url')}`;
      return `${body}.${mac(body, line).toString('base64url')}`;
    },
    verify(token, line) {
      const end = token.lastIndexOf('.');
      const body = token.slice(0, Math.max(end, 0));
      if (!body.startsWith(`${VERSION}.`)) return null;
      const expected = mac(body, line);
      const given = Buffer.from(token.slice(end + 1), 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const payload = payloadSchema.safeParse(
        JSON.parse(Buffer.from(body.slice(VERSION.length + 1), 'base64url').toString('utf8')),
      );
      if (!payload.success) return null;
      const { issuedAtMs, ...identity } = payload.data;
      const ageMs = nowMs() - issuedAtMs;
      return ageMs < -SKEW_MS || ageMs > LIFETIME_MS + SKEW_MS ? null : identity;
    },
  };
}
