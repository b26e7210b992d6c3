/** POST /v1/query: the request and its answer. */
import { z } from 'zod';
import { filterSchema } from './filter';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, pageSchema } from './lists';
import { orderBySchema } from './order-by';
import { RECORD_FIELD_NAMES } from './record-fields';

/** Room for the sort values of a record, each of which is cut. */
const CURSOR_CHARS_MAX = 16_384;
export const COUNT_MODES = ['none', 'estimate', 'exact'] as const;

export const queryRequestSchema = z.strictObject({
  select: z.array(z.enum(RECORD_FIELD_NAMES)).min(1).max(RECORD_FIELD_NAMES.length).optional(),
  where: filterSchema.optional(),
  order_by: orderBySchema
    .optional()
    .describe(
      'Missing values come last in both directions, equal ones in the order of `record_id`; not for streamed answers',
    ),
  limit: z
    .int()
    .min(1)
    .optional()
    .describe(
      `Records of a page, at most ${PAGE_LIMIT_MAX} and by default ${PAGE_LIMIT_DEFAULT}; of a streamed answer at most the key's row cap, which is also the default`,
    ),
  cursor: z.string().min(1).max(CURSOR_CHARS_MAX).optional(),
  count: z.enum(COUNT_MODES).default('none'),
  csv_formulas: z
    .enum(['keep', 'escape'])
    .default('keep')
    .describe(
      'Of text/csv: `escape` puts an apostrophe before a cell that a spreadsheet would take for a formula',
    ),
});
export type QueryRequest = z.output<typeof queryRequestSchema>;

/** A record as it goes over the wire: only the selected fields, null where empty. */
export const recordSchema = z.record(
  z.string(),
  z.union([z.string(), z.null(), z.record(z.string(), z.string())]),
);

export const queryAnswerSchema = z.object({
  data: z.array(recordSchema),
  page: pageSchema,
  count: z.object({ value: z.int().nonnegative(), relation: z.enum(['eq', 'approx']) }).nullable(),
  statistics: z.object({
    elapsed_ms: z.number().nonnegative(),
    rows_read: z.int().nonnegative(),
    bytes_read: z.int().nonnegative(),
  }),
  request_id: z.string(),
});
export type QueryAnswer = z.output<typeof queryAnswerSchema>;
