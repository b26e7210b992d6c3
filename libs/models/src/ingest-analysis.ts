/** What `analyze` tells of a file before anything is loaded. */
import { z } from 'zod';
import { rejectSchema } from './ingest-jobs';

const confidence = z.number().min(0).max(1);

export const analysisSchema = z.object({
  source: z.string(),
  /** csv, ndjson, json or xml. */
  format: z.string(),
  compression: z.string(),
  encoding: z.string(),
  /** CSV only, as `quote` and `has_header`. */
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  has_header: z.boolean().nullable(),
  /** JSON only: where the records are. */
  json_path: z.array(z.string()).nullable(),
  /** XML only: the element that repeats. */
  xml_element: z.string().nullable(),
  bytes_total: z.int().nonnegative().nullable(),
  /** Under which an explicit mapping of this header is remembered. */
  fingerprint: z.string(),
  columns: z.array(
    z.object({
      column: z.string(),
      field: z.string().nullable(),
      confidence,
      reason: z.string(),
      samples: z.array(z.string()),
    }),
  ),
  /** The first rows as they would be loaded. */
  sample: z.array(
    z.object({
      line: z.int().nonnegative(),
      record_id: z.string(),
      key_rule: z.string(),
      record: z.record(z.string(), z.unknown()),
      raw: z.record(z.string(), z.string()),
      warnings: z.array(z.object({ field: z.string(), code: z.string() })),
    }),
  ),
  /** Those of the first rows that would be rejected. */
  rejects: z.array(rejectSchema),
});
export type Analysis = z.output<typeof analysisSchema>;
