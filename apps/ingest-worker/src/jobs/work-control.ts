/** Work as admin-service hands it out, through its internal routes. */
import {
  type Checkpoint,
  type JobError,
  type JobPlan,
  type PieceOf,
  type PlannedRange,
  ROUTES,
  type WorkPiece,
} from '@bigdata/models';
import { type ServiceClient, type Span } from '@bigdata/platform';

/** A piece that this worker holds. Every call about it throws AppError `conflict` once somebody else does. */
export interface HeldPiece {
  readonly jobId: string;
  readonly kind: WorkPiece['kind'];
  /** Of a piece `range`, else null. */
  readonly range: number | null;
  readonly attempt: number;
  /** Of the work on it. */
  readonly span: Span;
}

export interface JobPlanning {
  readonly plan: JobPlan;
  readonly sha256: string | null;
  readonly ranges: readonly PlannedRange[];
}

export interface RangeProgress {
  readonly checkpoint: Checkpoint;
  /** Bytes of the source, as it lies there, read for the range. */
  readonly bytesRead: number;
  readonly done: boolean;
}

export interface WorkControl {
  /** Null when there is nothing to do for the job now. @throws AppError `not_found` */
  claim(jobId: string, span: Span): Promise<WorkPiece | null>;
  beat(piece: HeldPiece): Promise<void>;
  /** Gives the piece back, with nothing of it under way any more. */
  release(piece: HeldPiece): Promise<void>;
  /** @returns false when the job has ended instead: the same content was loaded before */
  plan(piece: HeldPiece, planning: JobPlanning): Promise<boolean>;
  advance(piece: HeldPiece, progress: RangeProgress): Promise<void>;
  finish(piece: HeldPiece, recordsNew: number): Promise<void>;
  fail(piece: HeldPiece, error: JobError): Promise<void>;
  settle(piece: HeldPiece): Promise<void>;
  /** The explicit mapping that was used for another file with this header, or null. */
  recallMapping(fingerprint: string): Promise<Readonly<Record<string, string>> | null>;
}

export function heldPiece(piece: WorkPiece, span: Span): HeldPiece {
  const range = piece.kind === 'range' ? piece.range.number : null;
  return { jobId: piece.job.id, kind: piece.kind, range, attempt: piece.attempt, span };
}

/** Under which all that is done for a job is found in logs. */
export function requestIdOf(jobId: string): string {
  return `ingest-${jobId}`;
}

export function createWorkControl(admin: ServiceClient, workerId: string): WorkControl {
  const call = (jobId: string, span?: Span) => ({
    ...{ params: { id: jobId }, requestId: requestIdOf(jobId) },
    ...(span ? { span } : {}),
  });
  // Heartbeats are no part of a trace: there is one every few seconds.
  const beat = async ({ jobId, kind, range, attempt }: HeldPiece, release: boolean): Promise<void> => {
    await admin.call(ROUTES.beatPiece, { ...call(jobId), body: { kind, range, attempt, release } });
  };
  return {
    async claim(jobId, span) {
      const { piece } = await admin.call(ROUTES.claimWork, {
        ...call(jobId, span),
        body: { worker_id: workerId },
      });
      return piece;
    },
    beat: (piece) => beat(piece, false),
    release: (piece) => beat(piece, true),
    async plan({ jobId, attempt, span }, { plan, sha256, ranges }) {
      const body = { attempt, plan, sha256, ranges: [...ranges] };
      const { planned } = await admin.call(ROUTES.planJob, { ...call(jobId, span), body });
      return planned;
    },
    async advance({ jobId, range, attempt, span }, { checkpoint, bytesRead, done }) {
      const body = { range: range ?? 0, attempt, checkpoint, bytes_read: bytesRead, done };
      await admin.call(ROUTES.advanceRange, { ...call(jobId, span), body });
    },
    async finish({ jobId, attempt, span }, recordsNew) {
      await admin.call(ROUTES.finishJob, {
        ...call(jobId, span),
        body: { attempt, records_new: recordsNew },
      });
    },
    async fail({ jobId, kind, range, attempt, span }, error) {
      const failing = failingKind(kind);
      if (failing === null) return;
      await admin.call(ROUTES.failJob, {
        ...call(jobId, span),
        body: { kind: failing, range, attempt, error },
      });
    },
    async settle({ jobId, kind, attempt, span }) {
      const settling: PieceOf<'undo' | 'seal'>['kind'] = kind === 'seal' ? 'seal' : 'undo';
      await admin.call(ROUTES.settleLoad, { ...call(jobId, span), body: { kind: settling, attempt } });
    },
    async recallMapping(fingerprint) {
      const { mapping } = await admin.call(ROUTES.recallMapping, {
        requestId: `ingest-mapping-${fingerprint.slice(0, 16)}`,
        body: { fingerprint },
      });
      return mapping;
    },
  };
}

/** Undoing and sealing have no failure of their own: they are tried until they are done. */
function failingKind(kind: WorkPiece['kind']): 'plan' | 'range' | 'finish' | null {
  return kind === 'undo' || kind === 'seal' ? null : kind;
}
