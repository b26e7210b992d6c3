/** POST /v1/query and POST /v1/query/explain: the request and their answers. */
import { z } from 'zod';
import { filterSchema } from './filter';
import { priceSchema } from './key-terms';
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

/** What a query would do, as a page of JSON; nothing of it is run. */
export const explainAnswerSchema = z.object({
  filter: z.record(z.string(), z.unknown()).nullable().meta({
    description:
      '`where` with its values as they are compared with those of the records; null without one: every record matches',
  }),
  sql: z.string().meta({
    description: 'The statement that finds the page, with a placeholder such as `{p0:String}` for each value',
  }),
  estimated_rows: z.int().nonnegative().meta({
    description:
      'Stored rows that the statement has to look at at most to find the page, by what indexes say; a count has to look at as many again',
  }),
  index: z.string().nullable().meta({
    description:
      'What finds the records: `record_id`, `email`, `phone`, `name` or `full_name`, several joined by `+` where each finds a part of an `or`; null: the records are scanned',
  }),
  price: z
    .object({
      ...priceSchema.shape,
      most: z.int().nonnegative().meta({ description: 'Credits for a page that is full' }),
    })
    .nullable()
    .meta({ description: 'Credits for the answer, and for each record in it' }),
  request_id: z.string(),
});
export type ExplainAnswer = z.output<typeof explainAnswerSchema>;
