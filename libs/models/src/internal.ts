/** What services say to admin-service behind the gateway. Not reachable from outside. */
import { z } from 'zod';
import { roleSchema } from './accounts';
import {
  keyAddressesSchema,
  keyFieldsSchema,
  keyScopesSchema,
  pricesSchema,
  queryLimitsSchema,
  rateLimitSchema,
} from './key-terms';
import { uuidSchema } from './lists';
import { requestLogSchema } from './request-logs';

const keyHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const resolveKeySchema = z.strictObject({ key_id: z.string().max(64) });

/** Everything the gateway needs to let a request pass; null for a key that is unknown, revoked, expired or disabled. */
export const resolvedKeySchema = z.object({
  key: z
    .object({
      id: z.string(),
      hash: z.string(),
      /** Of the pepper that made the hash; null when nobody wrote it down. */
      pepper_id: z.string().nullable().default(null),
      user_id: uuidSchema,
      role: roleSchema,
      /** Null: everything that the role allows. */
      scopes: keyScopesSchema,
      /** Null: from anywhere. */
      allowed_addresses: keyAddressesSchema,
      /** Field mask; null: every field. */
      fields: keyFieldsSchema,
      /** All of them hold at once, per user. */
      limits: z.array(rateLimitSchema).min(1),
      /** Requests of the user's under way at once; null: not limited. */
      in_flight_max: z.int().positive().nullable(),
      query_limits: queryLimitsSchema.nullable(),
      prices: pricesSchema.nullable(),
      /** Another one after each erasure that took effect; null while one is about to, and where nobody says. */
      erasure_mark: z.string().min(1).nullable().default(null),
    })
    .nullable(),
});
/** The hash of a key that has just been used, under the pepper that is the current one; `replaces` as it was resolved. */
export const renewKeyHashSchema = z.strictObject({
  key_id: z.string().max(64),
  replaces: keyHashSchema,
  hash: keyHashSchema,
  pepper_id: z.string().max(64),
});
export type RenewedKeyHash = z.output<typeof renewKeyHashSchema>;

/** False when the key has changed meanwhile, or when the pepper is not the current one of admin-service. */
export const keyHashRenewedSchema = z.object({ renewed: z.boolean() });

export type ResolvedKey = NonNullable<z.output<typeof resolvedKeySchema>['key']>;

export const CHARGES_PER_BATCH_MAX = 1_000;

/**
 * `charge_id` is the gateway's own and makes a repeated call harmless; `request_id` may come from the client
 * and is kept for reading only: two requests under one id are two charges.
 */
export const chargeSchema = z.strictObject({
  charge_id: uuidSchema,
  request_id: z.string().max(200),
  user_id: uuidSchema,
  amount: z.int().positive(),
  /**
   * Of a charge that several requests may ask for, one after the other: who asks now. It holds the charge from then on,
   * and what an earlier one has still to say of giving it back counts no more.
   */
  attempt: uuidSchema.optional(),
});
export type Charge = z.output<typeof chargeSchema>;

export const reserveChargesSchema = z.strictObject({
  charges: z.array(chargeSchema).min(1).max(CHARGES_PER_BATCH_MAX),
});

/** In the order asked. `balance` is what the wallet holds after this charge (or without it, when refused). */
export const chargeOutcomesSchema = z.object({
  outcomes: z.array(
    z.object({
      charge_id: uuidSchema,
      reserved: z.boolean(),
      balance: z.int().nonnegative(),
      /** The charge was taken before and has come back since: it needs a new id to be taken again. */
      given_back: z.boolean().optional(),
    }),
  ),
});
export type ChargeOutcome = z.output<typeof chargeOutcomesSchema>['outcomes'][number];

/**
 * Keeps a charge for an answer that was delivered, or gives it back. `amount` keeps less than was reserved and gives
 * the rest back. The first word on a charge counts; repeating it changes nothing. With an `attempt` a release counts
 * only while that attempt holds the charge.
 */
export const settleChargesSchema = z.strictObject({
  settlements: z
    .array(
      z.strictObject({
        charge_id: uuidSchema,
        action: z.enum(['settle', 'release']),
        amount: z.int().nonnegative().optional(),
        attempt: uuidSchema.optional(),
      }),
    )
    .min(1)
    .max(CHARGES_PER_BATCH_MAX),
});
export type Settlement = z.output<typeof settleChargesSchema>['settlements'][number];

/** `entry_id` makes a repeated delivery of the same batch harmless. */
export const recordRequestsSchema = z.strictObject({
  entries: z
    .array(requestLogSchema.extend({ entry_id: uuidSchema }))
    .min(1)
    .max(1_000),
});
export type RequestLogEntry = z.output<typeof recordRequestsSchema>['entries'][number];

export const acknowledgedSchema = z.object({ ok: z.literal(true) });
