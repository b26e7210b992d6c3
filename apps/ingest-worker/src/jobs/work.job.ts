/**
 * A queue's job `{ jobId }`: takes pieces of the job's work for as long as there are any. Nothing that a file holds ends
 * the worker.
 */
import { AppError, isTransient, type WorkPiece } from '@bigdata/models';
import { type Logger, type Span } from '@bigdata/platform';
import { type IngestMetrics, type PieceOutcome } from '../metrics';
import { type Retry } from '../retry';
import { JobFailure } from './job-failure';
import { holdPiece, type PieceLease, PieceLost } from './piece-lease';
import { heldPiece, requestIdOf, type WorkControl } from './work-control';

/** Works on a piece that is held, and ends it. Adds what there is to say to the log line of the piece. */
export type PieceRunner<K extends WorkPiece['kind'] = WorkPiece['kind']> = (
  piece: Extract<WorkPiece, { kind: K }>,
  lease: PieceLease,
  note: (members: Readonly<Record<string, unknown>>) => void,
) => Promise<void>;

export type PieceRunners = { readonly [K in WorkPiece['kind']]: PieceRunner<K> };

export interface WorkJobOptions {
  readonly control: WorkControl;
  readonly runners: PieceRunners;
  readonly retry: Retry;
  readonly heartbeatMs: number;
  readonly logger: Logger;
  readonly metrics: Pick<IngestMetrics, 'countPiece'>;
  readonly clockMs: () => number;
}

/** An error nobody foresaw is tried again; a piece that was claimed this often fails with it instead of for ever. */
const UNEXPECTED_ATTEMPTS_MAX = 5;

/** The handler of the ingest queue. Rejects with a transient error to be called again with the same job. */
export function createWorkJob(options: WorkJobOptions) {
  const { control, retry, logger } = options;

  return async (
    { jobId }: { readonly jobId: string },
    stopSignal: AbortSignal,
    span: Span,
  ): Promise<void> => {
    for (;;) {
      const piece = await claim(jobId, stopSignal, span);
      if (piece === null) return;
      if (!(await runPiece(piece, stopSignal, span.child(`piece ${piece.kind}`)))) return;
    }
  };

  async function claim(jobId: string, signal: AbortSignal, span: Span): Promise<WorkPiece | null> {
    try {
      return await retry(() => control.claim(jobId, span), signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      logger.warn('ingest job is unknown', { job_id: jobId });
      return null;
    }
  }

  /** @returns whether to go on with the job */
  async function runPiece(piece: WorkPiece, stopSignal: AbortSignal, span: Span): Promise<boolean> {
    const startedMs = options.clockMs();
    const held = heldPiece(piece, span);
    const { heartbeatMs, clockMs } = options;
    const lease = holdPiece({ control, piece: held, retry, heartbeatMs, stopSignal, clockMs });
    const notes: Record<string, unknown> = {};
    const log = (outcome: PieceOutcome, members: Readonly<Record<string, unknown>> = {}): void => {
      options.metrics.countPiece(piece.kind, outcome);
      span.set({
        ...{ 'bigdata.request_id': requestIdOf(held.jobId), 'bigdata.attempt': held.attempt },
        ...(held.range === null ? {} : { 'bigdata.range': held.range }),
      });
      const { code } = members;
      span.end(outcome === 'done' ? null : typeof code === 'string' ? code : outcome);
      logger.info('ingest piece', {
        job_id: held.jobId,
        request_id: requestIdOf(held.jobId),
        trace_id: span.traceId ?? undefined,
        piece: held.kind,
        range: held.range ?? undefined,
        attempt: held.attempt,
        outcome,
        elapsed_s: Math.round(clockMs() - startedMs) / 1_000,
        ...notes,
        ...members,
      });
    };
    try {
      await run(piece, lease, (members) => void Object.assign(notes, members));
      log('done');
      return true;
    } catch (error) {
      if (error instanceof PieceLost || lease.signal.reason instanceof PieceLost) {
        log('lost');
        await lease.end();
        // Of a job that was cancelled the piece is still ours: given back, undoing need not wait for us to count as dead.
        await control.release(held).catch(() => undefined);
        return false;
      }
      const failure = stopSignal.aborted ? null : toFailure(error, piece);
      if (failure !== null) {
        if (!(error instanceof JobFailure))
          logger.error('ingest piece met a bug', { job_id: held.jobId, error });
        return await fail(lease, failure, log);
      }
      log('interrupted', { code: error instanceof AppError ? error.code : 'internal' });
      await lease.end();
      // Given back, it need not wait until this worker counts as dead; should that fail, it waits.
      await control.release(held).catch(() => undefined);
      throw error instanceof AppError && isTransient(error)
        ? error
        : new AppError('internal', { context: { job_id: held.jobId }, cause: error });
    } finally {
      span.end('internal');
      await lease.end();
    }
  }

  async function fail(
    lease: PieceLease,
    { code, detail }: JobFailure,
    log: (outcome: PieceOutcome, members?: Readonly<Record<string, unknown>>) => void,
  ): Promise<boolean> {
    try {
      await lease.call(() => control.fail(lease.piece, { code, detail }));
      log('failed', { code });
    } catch (error) {
      if (!(error instanceof PieceLost)) throw error;
      log('lost');
    }
    return false;
  }

  async function run(piece: WorkPiece, lease: PieceLease, note: Parameters<PieceRunner>[2]): Promise<void> {
    // One runner per kind: the record's type ties each to its piece, which the compiler cannot follow through a lookup.
    const runner = options.runners[piece.kind] as PieceRunner;
    await runner(piece, lease, note);
  }
}

/** @returns null for what is worth another try */
function toFailure(error: unknown, piece: WorkPiece): JobFailure | null {
  if (error instanceof JobFailure) return error;
  const foreseen = error instanceof AppError && isTransient(error) && error.kind !== 'internal';
  if (foreseen || piece.attempt < UNEXPECTED_ATTEMPTS_MAX) return null;
  if (piece.kind === 'undo' || piece.kind === 'seal') return null;
  return new JobFailure(
    'internal',
    `The load failed ${piece.attempt} times for a reason inside the worker. Its log says more under this job's id.`,
  );
}
