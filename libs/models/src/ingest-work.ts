/**
 * What ingest workers and admin-service say to each other. Work is handed out in pieces. A piece is held with a
 * fencing token, `attempt`, which rises with each claim of that piece: only its latest holder may write to it, everyone
 * else gets 409 `conflict` and stops without a word.
 *
 *   plan    open the source, tell how it is to be read, cut it into ranges
 *   range   load the rows of one range; several workers load several ranges of a job side by side
 *   finish  count what was new and end the job
 *   undo    take back what the job loaded
 *   seal    move what the job loaded into the base, after which it cannot be taken back
 */
import { z } from 'zod';
import { analysisSchema } from './ingest-analysis';
import { jobErrorSchema, jobWarningsSchema, readHintsSchema } from './ingest-jobs';
import { timestampSchema, uuidSchema } from './lists';

const count = z.int().nonnegative();
const attempt = z.int().positive();

/** How far a range is durably done: everything before `byte_offset` is in ClickHouse. */
export const checkpointSchema = z.object({
  /** Batches of this range that are durable. */
  batch: count,
  byte_offset: count,
  line: count,
  rows_read: count,
  rows_loaded: count,
  rows_rejected: count,
  warnings: jobWarningsSchema,
});
export type Checkpoint = z.output<typeof checkpointSchema>;

/** Positions count bytes of the text after decompression and transcoding; see the worker's ReadPlan. */
export const plannedRangeSchema = z.object({
  /** Position of the first record. */
  start: count,
  /** Position behind the last record; null: to the end of the source. */
  end: count.nullable(),
  /** Line of the first record, from 1. */
  line: count,
  /** Number that the range's batches count on from, so that no two batches of a job have one number. */
  first_batch: count,
});
export type PlannedRange = z.output<typeof plannedRangeSchema>;

/** Strict, as hints are: a worker that does not know a member of it would read the file otherwise than it was planned. */
export const jobPlanSchema = z.strictObject({
  /** csv, ndjson, json, xml; what `format` of the job shows. */
  format: z.string().max(40),
  /** The source as the worker saw it, opaque: going on is right only in this very version of it. */
  source_version: z.string().max(300),
  /** Bytes of the source as it lies there; null when nobody knows before its end. */
  bytes_total: count.nullable(),
  /** The worker's ReadPlan, opaque to admin-service. */
  read: z.record(z.string(), z.unknown()),
  /** Column of the file → field, or null for an attribute, in the order of the file. */
  columns: z.array(z.strictObject({ name: z.string(), field: z.string().nullable() })),
  /** Under which an explicit mapping is remembered. */
  fingerprint: z.string().max(100),
});
export type JobPlan = z.output<typeof jobPlanSchema>;

export const claimWorkSchema = z.strictObject({ worker_id: z.string().min(1).max(200) });

/** What every piece needs to know of its job. */
const workJobSchema = z.object({
  id: uuidSchema,
  /** Rising with each job, below 2³²: of two loads the one with the greater number is the later one. */
  load_number: z.int().positive(),
  source: z.string(),
  dataset: z.string(),
  country: z.string().nullable(),
  mapping: z.record(z.string(), z.string()),
  hints: readHintsSchema,
  force: z.boolean(),
  /** Null: the worker's default. */
  max_reject_ratio: z.number().nullable(),
  /** Rules of the dataset's key, null: the default ones. */
  key_policy: z.array(z.string()).nullable(),
  /** SHA-256 of an uploaded file in lower-case hex; null for other sources. */
  sha256: z.string().nullable(),
  /** When the job was first taken up: the same in every try. */
  started_at: timestampSchema,
});
export type WorkJob = z.output<typeof workJobSchema>;

const rangeSchema = plannedRangeSchema.extend({ number: count, checkpoint: checkpointSchema.nullable() });

export const workPieceSchema = z.discriminatedUnion('kind', [
  /** `clear`: an earlier try had loaded rows of another version of the source; take them back first. */
  z.object({ kind: z.literal('plan'), attempt, job: workJobSchema, clear: z.boolean() }),
  z.object({
    kind: z.literal('range'),
    attempt,
    job: workJobSchema,
    plan: jobPlanSchema,
    range: rangeSchema,
  }),
  z.object({
    kind: z.literal('finish'),
    attempt,
    job: workJobSchema,
    plan: jobPlanSchema,
    /** Sums over the ranges. */
    totals: z.object({
      rows_read: count,
      rows_loaded: count,
      rows_rejected: count,
      warnings: jobWarningsSchema,
    }),
    /** Loads that ended before this one and are neither undone nor sealed: what they brought was there already. */
    earlier_loads: z.array(z.int().positive()),
  }),
  z.object({ kind: z.literal('undo'), attempt, job: workJobSchema }),
  z.object({ kind: z.literal('seal'), attempt, job: workJobSchema }),
]);
export type WorkPiece = z.output<typeof workPieceSchema>;
export type PieceOf<K extends WorkPiece['kind']> = Extract<WorkPiece, { kind: K }>;

/** Null: nothing to do now; others hold what is left, or the job has ended. */
export const claimedWorkSchema = z.object({ piece: workPieceSchema.nullable() });

/** With `plan`: the explicit mapping that was used for another file with this header, when there is one. */
export const recallMappingSchema = z.strictObject({ fingerprint: z.string().max(100) });
export const recalledMappingSchema = z.object({ mapping: z.record(z.string(), z.string()).nullable() });

/**
 * Ends piece `plan`. `sha256` is of the source's bytes as they lie there, or null when it was not computed. When
 * the same content was loaded into the dataset before, not undone, and the job is not forced, the job fails with
 * `already_loaded` and `planned` is false.
 */
export const planJobSchema = z.strictObject({
  attempt,
  plan: jobPlanSchema,
  sha256: z.string().nullable(),
  ranges: z.array(plannedRangeSchema.strict()).min(1).max(10_000),
});
export const plannedJobSchema = z.object({ planned: z.boolean() });

/**
 * Says that a piece is still being worked on; 409 when it was lost, cancelled or ended. With `release` its holder
 * gives it back, with nothing of it under way any more: another claim gets it without waiting for the holder to go stale.
 */
export const beatPieceSchema = z.strictObject({
  kind: z.enum(['plan', 'range', 'finish', 'undo', 'seal']),
  range: count.nullable(),
  attempt,
  release: z.boolean().default(false),
});

export const advanceRangeSchema = z.strictObject({
  range: count,
  attempt,
  checkpoint: checkpointSchema.strict(),
  /** Bytes of the source that were read so far for this range, for progress. */
  bytes_read: count,
  /** Ends piece `range`. */
  done: z.boolean(),
});

/** Ends piece `finish`. */
export const finishJobSchema = z.strictObject({
  attempt,
  records_new: count,
});

/** Ends the job with an error, from piece `plan`, `range` or `finish`. */
export const failJobSchema = z.strictObject({
  kind: z.enum(['plan', 'range', 'finish']),
  range: count.nullable(),
  attempt,
  error: jobErrorSchema,
});

/** Ends piece `undo` or `seal`. */
export const settleLoadSchema = z.strictObject({ kind: z.enum(['undo', 'seal']), attempt });

export const claimedAnalysisSchema = z.object({
  /** Null when nobody waits for it any more. */
  request: z
    .object({
      source: z.string(),
      dataset: z.string(),
      country: z.string().nullable(),
      mapping: z.record(z.string(), z.string()),
      hints: readHintsSchema,
      key_policy: z.array(z.string()).nullable(),
    })
    .nullable(),
});
export type AnalysisRequest = NonNullable<z.output<typeof claimedAnalysisSchema>['request']>;

export const finishAnalysisSchema = z.strictObject({
  outcome: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('succeeded'), analysis: analysisSchema }),
    z.strictObject({ state: z.literal('failed'), error: jobErrorSchema }),
  ]),
});
