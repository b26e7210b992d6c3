/** What `analyze` tells of a file before anything is loaded. */
import { z } from 'zod';
import { rejectSchema } from './ingest-jobs';
import { recordSchema } from './queries';
import { RECORD_FIELD_NAMES } from './record-fields';

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
  line: z.int().nonnegative(),
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
  /** Whether names of columns come from the file, else they are `column_1`, `column_2`, …; null unless csv. */
  has_header: z.boolean().nullable(),
  /** From the document to the array of records, empty where the document is the array; null unless json. */
  json_path: z.array(z.string()).nullable(),
  /** Name of the repeated element; null unless xml. */
  xml_element: z.string().nullable(),
  /** Of the file as it is stored; null where that is not known. */
  bytes_total: z.int().nonnegative().nullable(),
  /** SHA-256 of the normalised header, under which a mapping is remembered. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  columns: z.array(analyzedColumnSchema),
  sample: z.array(analyzedRowSchema),
  /** Rows of the sample that would not be loaded. */
  rejects: z.array(rejectSchema),
});
export type Analysis = z.output<typeof analysisSchema>;
