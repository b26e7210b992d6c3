/**
 * What a key may do and what its user is held to. The gateway learns the terms with the key, checks scopes and
 * addresses itself and hands the field mask and the query limits on in the signed identity.
 */
import { z } from 'zod';
import { RECORD_FIELD_NAMES } from './record-fields';

/** What routes are divided into; a key without scopes of its own has everything that its user's role allows. */
export const SCOPES = ['query', 'lookup', 'stats', 'admin'] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.output<typeof scopeSchema>;

/** One address or a range of them, IPv4 or IPv6: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
export const addressRangeSchema = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);

/** Lists of a key; null: not restricted. */
export const keyScopesSchema = z.array(scopeSchema).min(1).max(SCOPES.length).nullable();
export const keyAddressesSchema = z.array(addressRangeSchema).min(1).max(100).nullable();
export const keyFieldsSchema = z
  .array(z.enum(RECORD_FIELD_NAMES))
  .min(1)
  .max(RECORD_FIELD_NAMES.length)
  .nullable();

export const rateLimitSchema = z.object({
  name: z.string(),
  limit: z.int().positive(),
  window_s: z.int().positive(),
});
export type RateLimit = z.output<typeof rateLimitSchema>;

/** What one statement of a user's may take. Null members: the service's own setting. */
export const queryLimitsSchema = z.object({
  /** Row cap of a streamed answer. */
  rows_max: z.int().positive().nullable(),
  timeout_ms: z.int().positive().nullable(),
  memory_bytes_max: z.int().positive().nullable(),
  rows_to_read_max: z.int().positive().nullable(),
  concurrent_max: z.int().positive().nullable(),
});
export type QueryLimits = z.output<typeof queryLimitsSchema>;

/** Credits for one answer of a route, and for each record in it. */
export const priceSchema = z.object({
  base: z.int().nonnegative().max(1_000_000),
  per_record: z.int().nonnegative().max(1_000_000),
});
export type Price = z.output<typeof priceSchema>;

/** By id of a metered route. A route that is not named costs what the gateway is configured with. */
const routeIdSchema = z.string().min(1).max(64);
export const pricesSchema = z.record(routeIdSchema, priceSchema);
export type Prices = z.output<typeof pricesSchema>;

const requests = z.int().min(1).max(1_000_000_000);
const optionalCap = z.int().positive().nullable().optional();

/** Requests in any span of one second, minute or day. A minute is always limited. */
const requestLimits = {
  second: requests.nullable().optional(),
  minute: requests.optional(),
  day: requests.nullable().optional(),
};
const queryCaps = {
  rows_max: optionalCap,
  timeout_ms: optionalCap,
  memory_bytes_max: optionalCap,
  rows_to_read_max: optionalCap,
  concurrent_max: optionalCap,
};

/**
 * Terms of a plan, or those that a user has in place of its plan's. A member that is left out is inherited: a user's
 * from its plan, a plan's from the configuration. Null says that there is no such limit.
 */
export const accountTermsSchema = z.strictObject({
  limits: z.strictObject(requestLimits).optional(),
  in_flight_max: optionalCap,
  query_limits: z.strictObject(queryCaps).optional(),
  prices: z.record(routeIdSchema, priceSchema.strict()).optional(),
});
export type AccountTerms = z.output<typeof accountTermsSchema>;

/** The same in an answer, which a reader of an earlier version must understand. */
export const shownTermsSchema = z.object({
  limits: z.object(requestLimits).optional(),
  in_flight_max: optionalCap,
  query_limits: z.object(queryCaps).optional(),
  prices: pricesSchema.optional(),
}) satisfies z.ZodType<AccountTerms>;
