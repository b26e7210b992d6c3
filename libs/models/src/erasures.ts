/** Erasing a person: what is asked for, the receipt, and what services say to each other about it. */
import { z } from 'zod';
import { timestampSchema, uuidSchema } from './lists';

export const ERASURE_SUBJECT_KINDS = ['email', 'phone', 'record_id'] as const;
export type ErasureSubjectKind = (typeof ERASURE_SUBJECT_KINDS)[number];

/** In the order in which they are reached. */
export const ERASURE_STATES = ['requested', 'suppressed', 'deleted'] as const;

export const createErasureSchema = z
  .strictObject({
    email: z.string().min(1).max(1_024).optional(),
    phone: z.string().min(1).max(256).optional(),
    record_id: z
      .string()
      .regex(/^[0-9a-fA-F]{32}$/, 'a record id is 32 hexadecimal digits')
      .transform((id) => id.toLowerCase())
      .optional(),
    /** How a phone number without a calling code is read. */
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'a country is an ISO 3166-1 alpha-2 code')
      .transform((code) => code.toUpperCase())
      .optional(),
    /** Kept for good and shown: a ticket's number rather than who it is about. */
    reason: z.string().trim().min(1).max(500).optional(),
  })
  .refine(
    ({ email, phone, record_id }) =>
      [email, phone, record_id].filter((given) => given !== undefined).length === 1,
    `name exactly one of ${ERASURE_SUBJECT_KINDS.join(', ')}`,
  );

const count = z.int().nonnegative();

/** The receipt. Nothing in it tells who the person is to someone who does not know already. */
export const erasureSchema = z.object({
  id: uuidSchema,
  state: z.enum(ERASURE_STATES),
  subject: z.object({
    kind: z.enum(ERASURE_SUBJECT_KINDS),
    /** Keyed hash of the normalised identifier: the same for the same person, and of no use without the key. */
    hash: z.string(),
  }),
  reason: z.string().nullable(),
  requested_by: z.string(),
  requested_at: timestampSchema,
  /** From here on in no answer, and in no later load. */
  suppressed_at: timestampSchema.nullable(),
  /** From here on in no file of the database. */
  deleted_at: timestampSchema.nullable(),
  /** What was found; null until it is suppressed. */
  counts: z
    .object({
      records: count,
      /** Rows that tell of these records, one for each load that brought one, before they are merged. */
      record_versions: count,
      /** Rejected rows in which the identifier stands. */
      rejects: count,
    })
    .nullable(),
});
export type Erasure = z.output<typeof erasureSchema>;
export type ErasureCounts = NonNullable<Erasure['counts']>;

/** Normalised: match key of the e-mail address, E.164, record id. Never stored or logged as it is. */
export const erasureSubjectSchema = z.object({ kind: z.enum(ERASURE_SUBJECT_KINDS), value: z.string() });
export type ErasureSubject = z.output<typeof erasureSubjectSchema>;

const dueErasureSchema = z.object({ id: uuidSchema, subject: erasureSubjectSchema });
export type DueErasure = z.output<typeof dueErasureSchema>;

/** Null: suppressed already, or unknown. */
export const claimedErasureSchema = z.object({ erasure: dueErasureSchema.nullable() });

export const ERASED_RECORDS_PER_CALL_MAX = 5_000;

/** Records that were found by the identifier of an erasure. */
export const addErasedRecordsSchema = z.strictObject({
  record_ids: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(ERASED_RECORDS_PER_CALL_MAX),
});

export const suppressedErasureSchema = z.strictObject({
  records: count,
  record_versions: count,
  rejects: count,
});

export const ERASURES_PER_DELETION_MAX = 100;

/** Suppressed and not deleted yet, oldest first. */
export const claimedDeletionSchema = z.object({ erasures: z.array(dueErasureSchema) });

export const finishDeletionSchema = z.strictObject({
  ids: z.array(uuidSchema).min(1).max(ERASURES_PER_DELETION_MAX),
});

export const listErasedSchema = z.strictObject({ after: count });

const hashKey = z.string().regex(/^[0-9a-f]{32}$/);

/** Keyed hashes of what no load may bring any more, in the order in which they were added. */
export const erasedHashesSchema = z.object({
  /** By kind of identifier, so that equal texts of two kinds have nothing in common. */
  keys: z.object({ email: hashKey, phone: hashKey, record_id: hashKey }),
  hashes: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
  /** Number of the last one; `after` of the next call. */
  last: count,
  has_more: z.boolean(),
});
export type ErasedHashes = z.output<typeof erasedHashesSchema>;
