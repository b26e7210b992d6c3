/**
 * Who a call between services is made for. The gateway vouches for a user, a service for itself; the receiver
 * trusts nothing but this: `v1.<payload>.<HMAC-SHA-256>`, valid for seconds, one key for all services. It is
 * no JWT on purpose: there is one algorithm and nothing to negotiate.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { priceSchema, queryLimitsSchema, RECORD_FIELD_NAMES, ROLES } from '@bigdata/models';
import { z } from 'zod';
import { type Secret } from './config/secret';

export const IDENTITY_HEADER = 'x-bigdata-identity';
const VERSION = 'v1';
const LIFETIME_MS = 30_000;
/** Clocks of two machines may differ by this much. */
const SKEW_MS = 5_000;

const callerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('user'),
    userId: z.string(),
    role: z.enum(ROLES),
    keyId: z.string(),
    /** The only fields of a record that the caller may see, name or filter by; left out: every field. */
    fields: z.array(z.enum(RECORD_FIELD_NAMES)).optional(),
    /** What a statement of the caller's may take; left out: the service's own settings. */
    queryLimits: queryLimitsSchema.optional(),
    /** What POST /v1/query costs the caller, for the service that tells it; left out: it is not told. */
    queryPrice: priceSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('service'), name: z.string() }),
]);
export type Caller = z.output<typeof callerSchema>;

const payloadSchema = z.strictObject({ caller: callerSchema, requestId: z.string(), issuedAtMs: z.int() });

export interface SignedIdentity {
  readonly caller: Caller;
  readonly requestId: string;
}

export interface IdentityCodec {
  sign(identity: SignedIdentity): string;
  /** Null for anything forged, expired, from the future or malformed. */
  verify(token: string): SignedIdentity | null;
}

/** @param nowMs the wall clock, milliseconds since 1970 */
export function createIdentityCodec(secret: Secret, nowMs: () => number): IdentityCodec {
  const mac = (text: string): Buffer => createHmac('sha256', secret.reveal()).update(text).digest();
  return {
    sign(identity) {
      const payload = JSON.stringify({ ...identity, issuedAtMs: nowMs() });
      const body = `${VERSION}.${Buffer.from(payload).toString('base64url')}`;
      return `${body}.${mac(body).toString('base64url')}`;
    },
    verify(token) {
      const end = token.lastIndexOf('.');
      const body = token.slice(0, Math.max(end, 0));
      if (!body.startsWith(`${VERSION}.`)) return null;
      const expected = mac(body);
      const given = Buffer.from(token.slice(end + 1), 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const payload = payloadSchema.safeParse(
        JSON.parse(Buffer.from(body.slice(VERSION.length + 1), 'base64url').toString('utf8')),
      );
      if (!payload.success) return null;
      const ageMs = nowMs() - payload.data.issuedAtMs;
      if (ageMs < -SKEW_MS || ageMs > LIFETIME_MS + SKEW_MS) return null;
      return { caller: payload.data.caller, requestId: payload.data.requestId };
    },
  };
}
