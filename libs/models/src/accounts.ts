/** Users, keys, credits: what the admin routes and a user's own account routes speak. */
import { z } from 'zod';
import {
  accountTermsSchema,
  keyAddressesSchema,
  keyFieldsSchema,
  keyScopesSchema,
  pricesSchema,
  queryLimitsSchema,
  shownTermsSchema,
  rateLimitSchema,
} from './key-terms';
import { pageQuerySchema, timestampSchema, uuidSchema } from './lists';
import { planNameSchema } from './plans';

export const ROLES = ['user', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.output<typeof roleSchema>;

/** 2^53 − 1 is what JSON carries exactly; a wallet stays below it. */
export const CREDITS_MAX = Number.MAX_SAFE_INTEGER;

export const usernameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    'a username is 1 to 64 of a-z, 0-9, dot, dash, underscore',
  );

export const userSchema = z.object({
  id: uuidSchema,
  username: z.string(),
  role: roleSchema,
  credits: z.int(),
  disabled: z.boolean(),
  plan: z.string().nullable(),
  /** What the user has in place of its plan's terms. */
  terms: shownTermsSchema,
  /** What holds: the user's own terms over its plan's over the configuration. */
  limits: z.array(rateLimitSchema),
  in_flight_max: z.int().positive().nullable(),
  query_limits: queryLimitsSchema.nullable(),
  prices: pricesSchema.nullable(),
  created_at: timestampSchema,
});
export type User = z.output<typeof userSchema>;

/** What tells keys of one user apart, for people. */
export const keyNameSchema = z.string().trim().min(1).max(100);

/** What a key narrows its user's rights to; null members narrow nothing. */
const keyRights = {
  name: keyNameSchema.nullable(),
  scopes: keyScopesSchema,
  allowed_addresses: keyAddressesSchema,
  fields: keyFieldsSchema,
};

/** Working keys by the pepper that their hashes were made with: how far a change of pepper has come. */
export const peppersSchema = z.object({
  peppers: z.array(
    z.object({
      /** Null: of before it was written down. */
      id: z.string().nullable(),
      /** `current` makes new hashes, `previous` still verifies, `unknown` is not in the configuration. */
      state: z.enum(['current', 'previous', 'unknown']),
      keys: z.int().nonnegative(),
    }),
  ),
});
export type Peppers = z.output<typeof peppersSchema>;

export const keySchema = z.object({
  id: z.string(),
  user_id: uuidSchema,
  ...keyRights,
  expires_at: timestampSchema.nullable(),
  revoked_at: timestampSchema.nullable(),
  /** To the minute. */
  last_used_at: timestampSchema.nullable(),
  /** The key that took this one's place when it was rotated. */
  replaced_by: z.string().nullable(),
  created_at: timestampSchema,
});
export type Key = z.output<typeof keySchema>;

/** The only answer that carries a key; it is shown once. */
export const issuedKeySchema = z.object({
  id: z.string(),
  api_key: z.string(),
  ...keyRights,
  expires_at: timestampSchema.nullable(),
});
export type IssuedKey = z.output<typeof issuedKeySchema>;

export const createUserSchema = z.strictObject({
  username: usernameSchema,
  role: roleSchema.default('user'),
  credits: z.int().min(0).max(CREDITS_MAX).default(0),
  plan: planNameSchema.nullable().default(null),
  terms: accountTermsSchema.default({}),
  /** Short for `terms.limits.minute`, over which it goes. */
  requests_per_minute: z.int().min(1).max(1_000_000).optional(),
});

export const updateUserSchema = z
  .strictObject({
    username: usernameSchema.optional(),
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    plan: planNameSchema.nullable().optional(),
    /** Takes the place of all own terms. */
    terms: accountTermsSchema.optional(),
    /** Short for `terms.limits.minute`, over which it goes; null takes the limit back. */
    requests_per_minute: z.int().min(1).max(1_000_000).nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one member to change');

export const listUsersSchema = pageQuerySchema.extend({
  search: z.string().min(1).max(64).optional(),
});

export const issueKeySchema = z.strictObject({
  name: keyRights.name.default(null),
  scopes: keyRights.scopes.default(null),
  allowed_addresses: keyRights.allowed_addresses.default(null),
  fields: keyRights.fields.default(null),
  expires_at: timestampSchema.nullable().default(null),
});

export const ROTATION_GRACE_S_MAX = 30 * 24 * 3_600;

export const rotateKeySchema = z.strictObject({
  /** For this long the old key goes on working; 0 ends it at once. */
  grace_s: z
    .int()
    .min(0)
    .max(ROTATION_GRACE_S_MAX)
    .default(6 * 3_600),
  /** When the new key ends; left out: when the old one would have. */
  expires_at: timestampSchema.nullable().optional(),
});

export const LEDGER_KINDS = ['grant', 'adjustment', 'charge', 'release', 'expiry'] as const;

export const ledgerEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(LEDGER_KINDS),
  amount: z.int(),
  balance_after: z.int(),
  request_id: z.string().nullable(),
  reason: z.string().nullable(),
  actor: z.string().nullable(),
  /** Of a grant; null: its credits never expire. */
  expires_at: timestampSchema.nullable(),
  /** Id of the grant that expired, or of the entry that is reversed. */
  refers_to: z.string().nullable(),
  created_at: timestampSchema,
});
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

const reasonSchema = z.string().trim().min(1).max(500);

/** A positive amount is a grant, a negative one an adjustment downwards. */
export const grantCreditsSchema = z.strictObject({
  amount: z
    .int()
    .min(-CREDITS_MAX)
    .max(CREDITS_MAX)
    .refine((amount) => amount !== 0, 'an amount of zero changes nothing'),
  reason: reasonSchema,
  /** For a grant: when what is left of it is gone. Credits that expire sooner are spent first. */
  expires_at: timestampSchema.nullable().default(null),
});

export const reverseEntrySchema = z.strictObject({ reason: reasonSchema });

export const grantAnswerSchema = z.object({ entry: ledgerEntrySchema, balance: z.int() });

export const meSchema = z.object({
  user: z.object({ id: uuidSchema, username: z.string(), role: roleSchema }),
  credits: z.object({ balance: z.int(), reserved: z.int() }),
  plan: z.string().nullable(),
  limits: z.array(rateLimitSchema),
  /** Requests at once; null: not limited. */
  in_flight_max: z.int().positive().nullable(),
});
