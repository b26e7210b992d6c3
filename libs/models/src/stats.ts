/** GET /v1/stats: what is asked in the URL, and the two shapes of its answer. */
import { z } from 'zod';
import { ANY_ATTRIBUTE, type FilterField, filterSchema, unknownField } from './filter';
import { PAGE_LIMIT_MAX, timestampSchema } from './lists';
import { isRecordFieldName, RECORD_FIELD_NAMES } from './record-fields';

export const STATS_LIMITS = { groupFields: 3, whereChars: 65_536 } as const;

export const STATS_INTERVALS = ['day', 'month'] as const;
export type StatsInterval = (typeof STATS_INTERVALS)[number];

/** Every record is a group of its own by its id, and attributes are grouped by one at a time. */
const GROUPABLE = RECORD_FIELD_NAMES.filter((name) => name !== 'record_id' && name !== 'attributes');
const ATTRIBUTE_PREFIX = 'attributes.';

const groupBySchema = z
  .string()
  .min(1)
  .max(4_096)
  .transform((text, context): readonly FilterField[] => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))];
    if (names.length > STATS_LIMITS.groupFields) {
      context.addIssue({ code: 'custom', message: `at most ${STATS_LIMITS.groupFields} fields` });
      return z.NEVER;
    }
    return names.map((name): FilterField => {
      if (name.startsWith(ATTRIBUTE_PREFIX) && name.length > ATTRIBUTE_PREFIX.length) {
        return { kind: 'attribute', name: name.slice(ATTRIBUTE_PREFIX.length), type: 'text' };
      }
      if (isRecordFieldName(name) && name !== 'attributes' && name !== 'record_id')
        return { kind: 'field', name };
      const { message, hint } = unknownField(name, [...GROUPABLE, ANY_ATTRIBUTE]);
      context.addIssue({ code: 'custom', message, params: { hint } });
      return z.NEVER;
    });
  })
  .meta({ description: 'One to three fields, separated by commas', example: 'country,company' });

const whereSchema = z
  .string()
  .max(STATS_LIMITS.whereChars)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'not valid JSON' });
      return z.NEVER;
    }
  })
  .pipe(filterSchema)
  .meta({ description: 'The filter of POST /v1/query as JSON' });

export const statsQuerySchema = z.strictObject({
  group_by: groupBySchema.optional(),
  where: whereSchema.optional(),
  interval: z.enum(STATS_INTERVALS).optional().meta({
    description: 'Length of the buckets of first_seen_at and updated_at; alone it groups by first_seen_at',
  }),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(100),
});
export type StatsQuery = z.output<typeof statsQuerySchema>;

const count = z.int().nonnegative();

export const statsGroupsSchema = z.object({
  groups: z.array(z.object({ key: z.record(z.string(), z.string().nullable()), count })),
  other: count.meta({ description: 'Records in groups that are not shown' }),
  total: count,
  as_of: timestampSchema,
});
export type StatsGroups = z.output<typeof statsGroupsSchema>;

export const statsTotalsSchema = z.object({
  records: count,
  distinct_emails: count.nullable(),
  distinct_phones: count.nullable(),
  datasets: z.array(z.object({ name: z.string(), records: count })),
  coverage: z.record(z.string(), z.number().min(0).max(1)).meta({
    description: 'Field → share of the records that have a value, from 0 to 1',
  }),
  last_ingest: z.object({ ingest_id: z.string(), at: timestampSchema }).nullable(),
  as_of: timestampSchema,
});
export type StatsTotals = z.output<typeof statsTotalsSchema>;

export const statsAnswerSchema = z.union([statsGroupsSchema, statsTotalsSchema]);
export type StatsAnswer = z.output<typeof statsAnswerSchema>;
