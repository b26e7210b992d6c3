/**
 * Every kind of background job, once: its data, how often and how fast it is tried again, how long it may run.
 * A queue has the name of its only kind of job. Nothing but its data is put into the queue; what a later version has put
 * there besides is left aside by whoever reads it.
 */
import { uuidSchema } from '@bigdata/models';
import { z } from 'zod';

export interface JobKind {
  readonly data: z.ZodObject;
  /** Tries in a row, the first included; only transient failures are tried again. */
  readonly attempts: number;
  /** The pause before try n + 1 is `firstMs × 2ⁿ⁻¹`, at most `maxMs`. */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /** The handler's signal aborts after this long. */
  readonly timeoutMs: number;
}

export const JOB_CATALOGUE = {
  /**
   * Work on a load. What there is to do is in the job's rows, which are its truth; the queue only says that something
   * is. Several entries for one job bring several workers: they share its data and differ in their ids.
   */
  ingest: {
    data: z.object({ jobId: uuidSchema }),
    attempts: 10,
    backoff: { firstMs: 1_000, maxMs: 60_000 },
    timeoutMs: 24 * 60 * 60 * 1_000,
  },
  /** Tell how a file would be read. Someone waits for the answer, so that there is no point in trying for long. */
  analyze: {
    data: z.object({ analysisId: uuidSchema }),
    attempts: 3,
    backoff: { firstMs: 500, maxMs: 2_000 },
    timeoutMs: 60_000,
  },
  /** Hide an erased person. Someone waits for it; what fails for good is put into the queue again by the row's state. */
  suppress: {
    data: z.object({ erasureId: uuidSchema }),
    attempts: 5,
    backoff: { firstMs: 500, maxMs: 5_000 },
    timeoutMs: 10 * 60_000,
  },
  /** Delete what is hidden, of all erasures at once: rewriting a part for ten costs what it costs for one. */
  erase: {
    data: z.object({}),
    attempts: 5,
    backoff: { firstMs: 5_000, maxMs: 60_000 },
    timeoutMs: 6 * 60 * 60 * 1_000,
  },
} as const satisfies Record<string, JobKind>;

export type JobName = keyof typeof JOB_CATALOGUE;
export type JobData<N extends JobName> = z.output<(typeof JOB_CATALOGUE)[N]['data']>;
