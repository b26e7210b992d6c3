/** What every splitter is made with. */
import { JobFailure } from '../jobs/job-failure';
import { type ReadLimits } from './rows';

export interface SplitLimits extends ReadLimits {
  /**
   * A record over `rowBytesMax` costs itself alone as long as it fits here; a longer one ends the job, since a segment
   * holds whole records and would have to hold that one.
   */
  readonly recordBytesMax: number;
}

export interface SplitOptions {
  readonly limits: SplitLimits;
  /** Position in the text of the first byte that will be pushed: `plan.start`, or the end of an earlier segment. */
  readonly position: number;
  readonly segmentBytes: number;
}

/** How many rows' worth of `rowBytesMax` a record may span. */
const RECORD_ROWS = 16;

export function toSplitLimits(limits: ReadLimits): SplitLimits {
  return { ...limits, recordBytesMax: limits.rowBytesMax * RECORD_ROWS };
}

export function recordTooLong(position: number, limits: SplitLimits): JobFailure {
  return new JobFailure(
    'record_too_long',
    `The record at byte ${position} does not end within ${limits.recordBytesMax} bytes. ` +
      'Either it is broken, or the records lie elsewhere in the file.',
  );
}
