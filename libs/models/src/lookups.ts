/** POST /v1/lookup: the request and its answer. */
import { z } from 'zod';
import { recordSchema } from './queries';
import { RECORD_FIELD_NAMES } from './record-fields';

export const LOOKUP_LIMITS = {
  items: 1_000,
  itemChars: 1_024,
  /** Of one item; there may be more, and then the item says so. */
  recordsPerItem: 100,
  /** Of all items together; more are refused. */
  records: 10_000,
} as const;

const items = z.array(z.string().max(LOOKUP_LIMITS.itemChars)).min(1).max(LOOKUP_LIMITS.items);

const lookupShape = z.strictObject({
  emails: items.optional(),
  phones: items.optional(),
  record_ids: items.optional(),
  country: z.string().max(LOOKUP_LIMITS.itemChars).optional().meta({
    description: 'Country of the phone numbers that are written without a country code',
  }),
  select: z.array(z.enum(RECORD_FIELD_NAMES)).min(1).max(RECORD_FIELD_NAMES.length).optional(),
});

export const LOOKUP_KINDS = ['emails', 'phones', 'record_ids'] as const;
export type LookupKind = (typeof LOOKUP_KINDS)[number];

export const lookupRequestSchema = lookupShape.superRefine((request, context) => {
  const given = LOOKUP_KINDS.filter((kind) => request[kind] !== undefined);
  if (given.length === 1) return;
  context.addIssue({
    code: 'custom',
    path: given.slice(1, 2),
    message: `exactly one of ${LOOKUP_KINDS.join(', ')} is looked up at a time`,
  });
});
export type LookupRequest = z.output<typeof lookupRequestSchema>;

export const lookupAnswerSchema = z.object({
  data: z.array(
    z.object({
      input: z.string(),
      normalized: z
        .string()
        .nullable()
        .meta({ description: 'What was searched; null when the input is nothing that records could have' }),
      found: z.boolean(),
      records: z.array(recordSchema),
      has_more: z
        .literal(true)
        .optional()
        .meta({
          description: `Present when more than ${LOOKUP_LIMITS.recordsPerItem} records have it: POST /v1/query pages through all of them`,
        }),
    }),
  ),
  request_id: z.string(),
});
export type LookupAnswer = z.output<typeof lookupAnswerSchema>;
