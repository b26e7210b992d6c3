/**
 * What there is to do on a job now. Pure: the one decision behind handing out pieces and behind what the queue must
 * hold.
 *
 *   queued or running   plan → ranges → finish
 *   ended               undo, when asked for; else seal, when due
 */
import { type JobState, type WorkPiece } from '@bigdata/models';
import { type JobPiece } from '../../db/schema';
import { isActive } from '../to-job';

export interface WorkState {
  readonly state: JobState;
  readonly planned: boolean;
  /** Rows of an earlier plan are to be taken back before the next one. */
  readonly clear: boolean;
  /** Most ranges held at once; null: no limit. */
  readonly parallelism: number | null;
  /** Ranges that are not done. */
  readonly rangesOpen: number;
  /** Those of them whose holder lives. */
  readonly rangesLive: number;
  /** The job's own piece that was handed out last, and whether its holder lives. */
  readonly piece: JobPiece | null;
  readonly pieceLive: boolean;
  readonly undoDue: boolean;
  readonly sealDue: boolean;
}

/**
 * A piece whose holder lives is not handed out again, but for `plan`: a job without a plan has one entry in the queue,
 * so whoever comes for it comes instead of the holder.
 */
export function nextPiece(work: WorkState): WorkPiece['kind'] | null {
  const heldByOther = (piece: JobPiece): boolean => work.piece === piece && work.pieceLive;
  if (isActive(work.state)) {
    // What a live holder still inserts would come back after it was taken back.
    if (!work.planned) return work.clear && work.rangesLive > 0 ? null : 'plan';
    if (work.rangesOpen > 0) return hasRange(work) ? 'range' : null;
    return heldByOther('finish') ? null : 'finish';
  }
  if (work.rangesLive > 0) return null;
  if (work.undoDue) return heldByOther('undo') ? null : 'undo';
  if (work.sealDue) return heldByOther('seal') ? null : 'seal';
  return null;
}

function hasRange({ rangesOpen, rangesLive, parallelism }: WorkState): boolean {
  return rangesLive < Math.min(rangesOpen, parallelism ?? Infinity);
}

/** Two pieces of one dataset that must not overlap: what counts as "already there" would shift under the counting. */
export function needsDataset(kind: WorkPiece['kind']): kind is 'finish' | 'undo' {
  return kind === 'finish' || kind === 'undo';
}
