/** Ingest jobs: what is asked for, how far it is, what came of it. */
import { z } from 'zod';
import { pageQuerySchema, timestampSchema, uuidSchema } from './lists';
import { isRecordFieldName, RECORD_FIELD_NAMES, type RecordFieldName } from './record-fields';

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Jobs of a higher priority are taken up first; those that run are not interrupted. */
export const JOB_PRIORITIES = ['low', 'normal', 'high'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** Most workers that load one job side by side, whatever it asks for. */
export const JOB_PARALLELISM_MAX = 64;

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
  zip_member: z.string().min(1).max(1_000).optional(),
});
export type ReadHints = z.output<typeof readHintsSchema>;

/** What says how a file is read; the same for a job and for an analysis. */
const reading = {
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
  hints: readHintsSchema.default({}),
};

export const createJobSchema = z.strictObject({
  ...reading,
  /** Loads the file even when its content was loaded into the dataset before. */
  force: z.boolean().default(false),
  priority: z.enum(JOB_PRIORITIES).default('normal'),
  /** Workers that load the job side by side at most; null: as many as are free. */
  parallelism: z.int().min(1).max(JOB_PARALLELISM_MAX).nullable().default(null),
  /** Share of the rows that may be rejected before the job fails; null: the worker's default. */
  max_reject_ratio: z.number().min(0).max(1).nullable().default(null),
});
export type CreateJob = z.output<typeof createJobSchema>;

export const analyzeFileSchema = z.strictObject(reading);
export type AnalyzeFile = z.output<typeof analyzeFileSchema>;

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

/** The taking back of what a job loaded; null: nobody asked for it. */
export const jobUndoSchema = z.object({
  state: z.enum(['requested', 'done']),
  requested_at: timestampSchema,
  finished_at: timestampSchema.nullable(),
});
export type JobUndo = z.output<typeof jobUndoSchema>;

export const jobSchema = z.object({
  id: uuidSchema,
  /** Rising with each job: where two loads tell of one record, the greater number wins. */
  load_number: z.int().positive(),
  state: z.enum(JOB_STATES),
  source: z.string(),
  dataset: z.string(),
  country: z.string().nullable(),
  priority: z.enum(JOB_PRIORITIES),
  parallelism: z.int().positive().nullable(),
  format: z.string().nullable(),
  /** 1, and one more with each retry. */
  attempts: z.int().positive(),
  progress: jobProgressSchema,
  result: jobResultSchema.nullable(),
  error: jobErrorSchema.nullable(),
  undo: jobUndoSchema.nullable(),
  /** Until when what it loaded can be taken back at the latest; null: it cannot. */
  undo_until: timestampSchema.nullable(),
  /** When what it loaded became part of the base and could no longer be taken back. */
  sealed_at: timestampSchema.nullable(),
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
