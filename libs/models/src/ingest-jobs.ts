/** Ingest jobs: what is asked for, how far it is, what came of it. */
import { z } from 'zod';
import { pageQuerySchema, timestampSchema, uuidSchema } from './lists';
import { recordSchema } from './queries';
import { isRecordFieldName, RECORD_FIELD_NAMES, type RecordFieldName } from './record-fields';

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Fields a column may be mapped to; the others are computed. */
export const MAPPABLE_FIELDS = RECORD_FIELD_NAMES.filter(
  (name) =>
    !['record_id', 'dataset', 'attributes', 'first_seen_at', 'updated_at', 'ingest_id'].includes(name),
);

export const datasetSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a dataset is 1 to 63 of a-z, 0-9, dash, underscore');

/** Name of an uploaded file: no folders, no leading dot. */
export const fileNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._ -]{0,199}$/,
    'a file name is 1 to 200 letters, digits, dots, dashes, spaces',
  );

/** Says how a file is to be read where its bytes leave a choice; what is left out is told from the file. */
export const readHintsSchema = z.strictObject({
  format: z.enum(['csv', 'ndjson', 'json', 'xml']).optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().length(1).nullable().optional(),
  has_header: z.boolean().optional(),
  json_path: z.array(z.string().max(200)).max(20).optional(),
  xml_element: z.string().min(1).max(200).optional(),
});
export type ReadHints = z.output<typeof readHintsSchema>;

export const createJobSchema = z.strictObject({
  source: z
    .string()
    .max(4_096)
    .regex(
      /^(inbox:\/\/|file:\/\/\/|s3:\/\/|https:\/\/).+$/,
      'a source is inbox://NAME, file:///PATH, s3://BUCKET/KEY or https://HOST/PATH',
    ),
  dataset: datasetSchema.default('default'),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'a country is an ISO 3166-1 alpha-2 code')
    .transform((code) => code.toUpperCase())
    .nullable()
    .default(null),
  mapping: z
    .record(
      z.string().min(1).max(200),
      z.custom<RecordFieldName>(
        (name) => typeof name === 'string' && isRecordFieldName(name) && MAPPABLE_FIELDS.includes(name),
        `a column maps to one of ${MAPPABLE_FIELDS.join(', ')}`,
      ),
    )
    .default({}),
  force: z.boolean().default(false),
});
export type CreateJob = z.output<typeof createJobSchema>;

const count = z.int().nonnegative();

export const jobProgressSchema = z.object({
  bytes_read: count,
  bytes_total: count,
  rows_read: count,
  rows_loaded: count,
  rows_rejected: count,
  rows_per_s: z.number().nonnegative(),
  eta_s: z.number().nonnegative().nullable(),
});
export type JobProgress = z.output<typeof jobProgressSchema>;

/** Per field, how often each warning was given. */
export const jobWarningsSchema = z.record(z.string(), z.record(z.string(), count));
export type JobWarnings = z.output<typeof jobWarningsSchema>;

export const jobResultSchema = z.object({
  rows_read: count,
  rows_loaded: count,
  rows_rejected: count,
  records_new: count,
  records_merged: count,
  warnings: jobWarningsSchema,
});
export type JobResult = z.output<typeof jobResultSchema>;

/** Why a job failed. The codes are open: readers show them, nobody branches on them. */
export const jobErrorSchema = z.object({ code: z.string(), detail: z.string() });
export type JobError = z.output<typeof jobErrorSchema>;

export const jobSchema = z.object({
  id: uuidSchema,
  state: z.enum(JOB_STATES),
  source: z.string(),
  dataset: z.string(),
  country: z.string().nullable(),
  format: z.string().nullable(),
  progress: jobProgressSchema,
  result: jobResultSchema.nullable(),
  error: jobErrorSchema.nullable(),
  created_at: timestampSchema,
  started_at: timestampSchema.nullable(),
  finished_at: timestampSchema.nullable(),
});
export type Job = z.output<typeof jobSchema>;

export const listJobsSchema = pageQuerySchema.extend({ state: z.enum(JOB_STATES).optional() });

export const uploadSchema = z.object({
  name: z.string(),
  source: z.string(),
  bytes: count,
  sha256: z.string(),
});

export const rejectSchema = z.object({
  line: count,
  byte_offset: count,
  column: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
  raw: z.string(),
});
export type Reject = z.output<typeof rejectSchema>;

/** A file is looked at as a job would load it, and nothing is written. */
export const analyzeRequestSchema = createJobSchema.omit({ force: true });
export type AnalyzeRequest = z.output<typeof analyzeRequestSchema>;

/** Why a column has its field: asked for, its header, a header much like one, its values, or it has none. */
export const MAPPING_REASONS = ['mapping', 'header', 'similar_header', 'values', 'none'] as const;

export const analyzedColumnSchema = z.object({
  /** As in the file, made unique. */
  column: z.string(),
  /** Null: kept as `attributes.<column>`. */
  field: z.enum(RECORD_FIELD_NAMES).nullable(),
  /** 1 for what the mapping asks, 0 for a column without a field. */
  confidence: z.number().min(0).max(1),
  reason: z.enum(MAPPING_REASONS),
  /** Up to three values as in the file. */
  samples: z.array(z.string()).max(3),
});
export type AnalyzedColumn = z.output<typeof analyzedColumnSchema>;

/** One row of the sample, as read and as it would be stored. */
export const analyzedRowSchema = z.object({
  line: count,
  /** The fields that the row fills, and `attributes`. */
  record: recordSchema,
  /** Column → text of the cell. */
  raw: z.record(z.string(), z.string()),
  warnings: z.array(z.object({ field: z.string(), code: z.string() })),
  /** Rule of the dedupe key, such as `email.v1`, and the id that it gives. */
  key_rule: z.string(),
  record_id: z.string(),
});
export type AnalyzedRow = z.output<typeof analyzedRowSchema>;

export const analysisSchema = z.object({
  source: z.string(),
  /** csv, ndjson, json, xml; none, gzip, zstd, brotli, zip; utf-8, utf-16le, utf-16be, windows-1252. Readers show them. */
  format: z.string(),
  compression: z.string(),
  encoding: z.string(),
  /** Null unless the format is csv. */
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  /** Whether names of columns come from the file. Without it they are `column_1`, `column_2`, … */
  has_header: z.boolean(),
  /** From the document to the array of records, empty where the document is the array; null unless json. */
  json_path: z.array(z.string()).nullable(),
  /** Name of the repeated element; null unless xml. */
  xml_element: z.string().nullable(),
  /** Of the file as it is stored; null where that is not known. */
  bytes_total: count.nullable(),
  /** SHA-256 of the normalised header, under which a mapping is remembered. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  columns: z.array(analyzedColumnSchema),
  sample: z.array(analyzedRowSchema),
  /** Rows of the sample that would not be loaded. */
  rejects: z.array(rejectSchema),
});
export type Analysis = z.output<typeof analysisSchema>;
