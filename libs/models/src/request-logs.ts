/** One line per request through the gateway, refused ones too, and what they come to per day. */
import { z } from 'zod';
import { listOf, pageQuerySchema, timestampSchema, uuidSchema } from './lists';
import { PROBLEM_CODES } from './problems';

export const requestLogSchema = z.object({
  request_id: z.string(),
  user_id: uuidSchema.nullable(),
  key_id: z.string().nullable(),
  method: z.string(),
  /** The route's template, such as `/v1/admin/users/{id}`; `unmatched` for a path that is none of ours. */
  route: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES).nullable(),
  latency_ms: z.number().nonnegative(),
  /** Where the time went: `auth`, `limit`, `charge`, `upstream`. They may overlap and need not add up. */
  latency_parts_ms: z.record(z.string().max(40), z.number().nonnegative()),
  credits: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** What a query asked, without any of its values; null where there is no query. */
  shape: z.string().max(1_000).nullable(),
  created_at: timestampSchema,
});
export type RequestLog = z.output<typeof requestLogSchema>;

export const listLogsSchema = pageQuerySchema.extend({
  user_id: uuidSchema.optional(),
  key_id: z.string().max(64).optional(),
  route: z.string().max(200).optional(),
  status: z.coerce.number().int().min(100).max(599).optional(),
  code: z.enum(PROBLEM_CODES).optional(),
  request_id: z.string().min(1).max(200).optional(),
  /** Inclusive. */
  from: timestampSchema.optional(),
  /** Exclusive. */
  to: timestampSchema.optional(),
});

export const USAGE_GROUPS = ['day', 'user', 'key', 'route'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Requests of known keys on one day (UTC). What a row is not grouped by is null. */
export const usageSchema = z.object({
  day: z.iso.date(),
  user_id: uuidSchema.nullable(),
  username: z.string().nullable(),
  key_id: z.string().nullable(),
  route: z.string().nullable(),
  requests: z.int().nonnegative(),
  /** Answers with a status below 400. */
  succeeded: z.int().nonnegative(),
  /** 4xx, and clients that went away. */
  refused: z.int().nonnegative(),
  /** 5xx. */
  failed: z.int().nonnegative(),
  credits: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  latency_mean_ms: z.number().nonnegative(),
});
export type Usage = z.output<typeof usageSchema>;

/** Latest day first. */
export const usageListSchema = listOf(usageSchema);

export const readMyUsageSchema = pageQuerySchema.extend({
  /** First day, inclusive. */
  from: z.iso.date().optional(),
  /** Last day, inclusive. */
  to: z.iso.date().optional(),
  key_id: z.string().max(64).optional(),
  route: z.string().max(200).optional(),
  /** One row per day and … */
  group_by: z.enum(['day', 'key', 'route']).default('day'),
});

export const readUsageSchema = readMyUsageSchema.extend({
  user_id: uuidSchema.optional(),
  group_by: z.enum(USAGE_GROUPS).default('user'),
});
