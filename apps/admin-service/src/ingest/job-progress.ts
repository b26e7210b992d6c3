/** How far a job is and how fast it goes. Pure. */
import { type Checkpoint, type JobProgress, type JobResult } from '@bigdata/models';

export interface ProgressSource {
  readonly checkpoint: Checkpoint | null;
  readonly result: JobResult | null;
  /** When the present attempt began, and where it took over. */
  readonly claimedAt: Date | null;
  readonly claimedRows: number;
  readonly claimedBytes: number;
  /** When the checkpoint was written. */
  readonly heartbeatAt: Date | null;
  readonly ended: boolean;
}

/** Speed is that of the present attempt, so that a pause between two attempts does not count. */
export function toProgress(source: ProgressSource): JobProgress {
  const { checkpoint, result, claimedAt, claimedRows, claimedBytes, heartbeatAt, ended } = source;
  const rows = result ?? checkpoint;
  const elapsedS = claimedAt && heartbeatAt ? (heartbeatAt.getTime() - claimedAt.getTime()) / 1_000 : 0;
  const perSecond = (done: number): number => (elapsedS > 0 ? Math.max(0, done) / elapsedS : 0);
  const bytesPerS = perSecond((checkpoint?.byte_offset ?? 0) - claimedBytes);
  const bytesLeft = checkpoint ? Math.max(0, checkpoint.bytes_total - checkpoint.byte_offset) : 0;
  return {
    bytes_read: checkpoint?.byte_offset ?? 0,
    bytes_total: checkpoint?.bytes_total ?? 0,
    rows_read: rows?.rows_read ?? 0,
    rows_loaded: rows?.rows_loaded ?? 0,
    rows_rejected: rows?.rows_rejected ?? 0,
    rows_per_s: Math.round(perSecond((rows?.rows_read ?? 0) - claimedRows)),
    eta_s: ended || bytesPerS === 0 ? null : Math.ceil(bytesLeft / bytesPerS),
  };
}
