/** How far a job is and how fast it goes. Pure. */
import { type JobProgress } from '@bigdata/models';

export interface ProgressSource {
  /** Over all ranges. */
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly bytesRead: number;
  /** Null when nobody knows before the end. */
  readonly bytesTotal: number | null;
  /** When loading began or was taken up after a pause, and what had been done by then. */
  readonly since: Date | null;
  readonly sinceRows: number;
  readonly sinceBytes: number;
  /** The latest sign of life, or the end. */
  readonly until: Date | null;
  readonly ended: boolean;
}

/** Speed leaves pauses out: a job that waited an hour for a worker is not slow. */
export function toProgress(source: ProgressSource): JobProgress {
  const { rowsRead, bytesRead, bytesTotal, since, until, ended } = source;
  const elapsedS = since && until ? (until.getTime() - since.getTime()) / 1_000 : 0;
  const perSecond = (done: number): number => (elapsedS > 0 ? Math.max(0, done) / elapsedS : 0);
  const bytesPerS = perSecond(bytesRead - source.sinceBytes);
  return {
    bytes_read: bytesRead,
    bytes_total: bytesTotal ?? 0,
    rows_read: rowsRead,
    rows_loaded: source.rowsLoaded,
    rows_rejected: source.rowsRejected,
    rows_per_s: Math.round(perSecond(rowsRead - source.sinceRows)),
    eta_s:
      ended || bytesPerS === 0 || bytesTotal === null
        ? null
        : Math.ceil(Math.max(0, bytesTotal - bytesRead) / bytesPerS),
  };
}
