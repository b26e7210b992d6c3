/** Who changed what: one entry per change, made with the change itself and never changed again. */
import { z } from 'zod';
import { pageQuerySchema, timestampSchema } from './lists';

export const auditEntrySchema = z.object({
  id: z.string(),
  /** Id of a user, or the name of a service or of the configuration. */
  actor: z.string(),
  /** Such as `user.update`. */
  action: z.string(),
  /** What was changed, such as `user:<id>` or `key:<id>`. */
  target: z.string(),
  /** Null: it was not there before. */
  before: z.record(z.string(), z.unknown()).nullable(),
  /** Null: it is not there any more. */
  after: z.record(z.string(), z.unknown()).nullable(),
  request_id: z.string().nullable(),
  created_at: timestampSchema,
});
export type AuditEntry = z.output<typeof auditEntrySchema>;

export const listAuditSchema = pageQuerySchema.extend({
  actor: z.string().min(1).max(64).optional(),
  /** Whole, or its first part: `key` finds `key.issue` and `key.revoke`. */
  action: z.string().min(1).max(64).optional(),
  target: z.string().min(1).max(300).optional(),
  /** Inclusive. */
  from: timestampSchema.optional(),
  /** Exclusive. */
  to: timestampSchema.optional(),
});
