/** One line per request through the gateway, refused ones too. */
import { z } from 'zod';
import { pageQuerySchema, timestampSchema, uuidSchema } from './lists';
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
  credits: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  created_at: timestampSchema,
});
export type RequestLog = z.output<typeof requestLogSchema>;

export const listLogsSchema = pageQuerySchema.extend({
  user_id: uuidSchema.optional(),
  key_id: z.string().max(64).optional(),
  route: z.string().max(200).optional(),
  status: z.coerce.number().int().min(100).max(599).optional(),
  from: timestampSchema.optional(),
  to: timestampSchema.optional(),
});
