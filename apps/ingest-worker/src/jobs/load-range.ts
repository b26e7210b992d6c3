/**
 * The rows of one range into ClickHouse. Segments are cut by their position in the text, so that every try gives the same
 * rows the same versions; threads turn them into batches, and one insert carries many of them as they come:
 * ClickHouse sorts, compresses and later merges the more cheaply the larger an insert is. The checkpoint follows in
 * order: it never says more than what is durable, together with all that is before it.
 *
 *   read → cut → encode (threads) → insert: batches, their rejects, … → checkpoint
 *
 * An insert that fails is not sent again from memory. What it carried is read again from the checkpoint, so that no batch
 * has to be kept until the insert is done: as many are in memory as there is room for, whatever the size of file or insert.
 */
import { type StatementWork } from '@bigdata/clickhouse';
import { AppError, type Checkpoint, isTransient, type PieceOf } from '@bigdata/models';
import { REJECT_REASONS, type RejectRow } from '../batches/rejects';
import { type Segment } from '../formats/rows';
import { type Loader } from '../load/clickhouse-loader';
import { type Retry } from '../retry';
import { addWarnings } from '../rows/warning-counts';
import { type EncodedSegment } from '../threads/batch-work';
import { type ThreadJob } from '../threads/thread-pool';
import { BatchLine } from './batch-line';
import { JobFailure } from './job-failure';
import { type PieceLease } from './piece-lease';
import { createSemaphore, type Semaphore, shareOf } from './semaphore';
import { type RangeProgress } from './work-control';

export interface LoadRangeOptions {
  readonly piece: PieceOf<'range'>;
  /** Distinguishes loads of the same job whose first try was taken back. */
  readonly epoch: string;
  readonly lease: Pick<PieceLease, 'signal' | 'confirm'>;
  /** Segments from a position to the end of the range. */
  readonly segments: (from: number) => AsyncIterable<Segment>;
  /** Bytes of the source, as it lies there, that were read for the range up to a checkpoint, or all of them. */
  readonly bytesRead: (checkpoint: Checkpoint, done: boolean) => number;
  /** @throws JobFailure `source_changed` */
  readonly assertUnchanged: () => Promise<void>;
  /** Before each pass over the source. */
  readonly openPass: () => Promise<LoadPass>;
  readonly loader: Pick<Loader, 'insertRecords' | 'insertRejects'>;
  /** What the inserts are a part of. */
  readonly work: StatementWork;
  /** Columns that the blocks of the load may have. */
  readonly columns: readonly string[];
  readonly retry: Retry;
  /** For batches in memory. Ranges that run at once share it. */
  readonly room: Semaphore;
  readonly insertsMax: number;
  /** Bytes of text that one insert carries; a batch more or less. */
  readonly insertBytes: number;
  readonly rejectRatioMax: number;
  readonly rejectRatioRowsMin: number;
  /** Makes the progress durable. */
  readonly advance: (progress: RangeProgress) => Promise<void>;
  /** Called when rows are durable. */
  readonly onRows: (rowsLoaded: number, rowsRejected: number) => void;
}

export interface LoadPass {
  readonly encode: ThreadJob['encode'];
  /**
   * To be asked when everything of an insert is sent. @throws AppError `unavailable` when someone was erased since the
   * pass began: the rows have to be read again, and compared with the longer list
   */
  readonly assertNobodyErased: () => Promise<void>;
}

interface Batch {
  readonly start: number;
  readonly end: number;
  readonly endsInDropped: boolean;
  readonly encoded: Promise<EncodedSegment>;
}

/** ClickHouse gives up on an insert whose next bytes do not come for half a minute: then it had better end. */
const INSERT_IDLE_MS = 1_000;
/** Long enough for inserts that are worth it, short enough to see how far a slow source is. */
const INSERT_MS_MAX = 10_000;
const REJECTS_PER_INSERT = 5_000;
/** The first insert is small, each of the next larger: a file that is clearly wrong is stopped early, and progress shows. */
const FIRST_INSERT_BYTES = 2_097_152;
const INSERT_GROWTH = 4;

/** @throws JobFailure for what no retry can mend; anything else may be tried again and goes on from the checkpoint */
export async function loadRange(options: LoadRangeOptions): Promise<void> {
  const { piece, lease, retry } = options;
  let checkpoint = piece.range.checkpoint ?? firstCheckpoint(piece);
  const onDurable = async (reached: Checkpoint): Promise<void> => {
    options.onRows(
      reached.rows_loaded - checkpoint.rows_loaded,
      reached.rows_rejected - checkpoint.rows_rejected,
    );
    checkpoint = reached;
    await options.advance({ checkpoint, bytesRead: options.bytesRead(checkpoint, false), done: false });
    refuseTooManyRejects(checkpoint, options);
  };
  for (;;) {
    const before = checkpoint;
    try {
      await retry(() => loadFrom(checkpoint, onDurable, options), lease.signal);
      break;
    } catch (error) {
      // An outage after some progress is a new one, with a new time to wait it out.
      if (checkpoint === before || !isOutage(error)) throw error;
    }
  }
  await options.assertUnchanged();
  await options.advance({ checkpoint, bytesRead: options.bytesRead(checkpoint, true), done: true });
}

/** One pass from a checkpoint to the end of the range. Nothing of it is under way any more when it ends. */
async function loadFrom(
  from: Checkpoint,
  onDurable: (reached: Checkpoint) => Promise<void>,
  options: LoadRangeOptions,
): Promise<void> {
  const { piece, lease, loader, work } = options;
  const { job, range } = piece;
  const stopped = new AbortController();
  const ended = AbortSignal.any([lease.signal, stopped.signal]);
  /** The first reason counts. */
  const stop = (reason: unknown): void => stopped.abort(reason);
  const room = shareOf(options.room);
  const inserts = createSemaphore(options.insertsMax);
  const line = new BatchLine<Batch>();
  let readFailure: unknown = null;
  let reached = from;
  let growing = FIRST_INSERT_BYTES;
  const pass = await options.openPass();

  const read = async (): Promise<void> => {
    let number = range.first_batch + from.batch;
    try {
      for await (const { start, bytes, dropped } of options.segments(from.byte_offset)) {
        await room.acquire(ended);
        number += 1;
        const end = start + bytes.length + dropped;
        const encoded = pass.encode(number, bytes);
        encoded.catch(stop);
        line.push({ start, end, endsInDropped: dropped > 0, encoded });
      }
    } catch (error) {
      readFailure = error;
    } finally {
      line.close();
    }
  };

  const insertRejects = async (rejects: readonly RejectRow[]): Promise<void> => {
    const [first, last] = [rejects[0], rejects.at(-1)];
    if (!first || !last) return;
    const token = `${job.id}:${options.epoch}:${first.byte_offset}-${last.byte_offset}:${rejects.length}:rejects`;
    const createdMs = Date.parse(job.started_at);
    await loader.insertRejects({ jobId: job.id, source: job.source, rejects, createdMs, token }, ended, work);
  };

  /** The blocks of one insert, until it is large enough or nothing more comes. @returns what is reached with them */
  async function* blocksOfInsert(): AsyncGenerator<Uint8Array, Checkpoint, undefined> {
    const openedMs = performance.now();
    const bytesMax = Math.min(growing, options.insertBytes);
    growing *= INSERT_GROWTH;
    let textBytes = 0;
    const rejected: RejectRow[] = [];
    while (textBytes < bytesMax && performance.now() - openedMs < INSERT_MS_MAX) {
      const batch = await (textBytes === 0 ? line.first() : line.firstWithin(INSERT_IDLE_MS));
      if (batch === null) break;
      line.take();
      const { block, rejects, ...counts } = await batch.encoded;
      for (const reject of rejects) rejected.push(toRejectRow(reject, reached, batch));
      reached = advanceBy(reached, batch, counts, rejects.length);
      textBytes += batch.end - batch.start;
      if (rejected.length >= REJECTS_PER_INSERT) await insertRejects(rejected.splice(0));
      if (block !== null) yield block;
      room.release();
    }
    await insertRejects(rejected);
    // The insert is ended, and so takes effect, only while it is surely still ours.
    await options.assertUnchanged();
    await lease.confirm();
    await pass.assertNobodyErased();
    return reached;
  }

  /** @param onTaken called when it takes no more batches */
  const insert = async (onTaken: () => void): Promise<Checkpoint> => {
    const blocks = blocksOfInsert();
    const ends: Checkpoint[] = [];
    async function* untilTaken(first: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
      yield first;
      try {
        ends.push(yield* blocks);
      } catch (error) {
        stop(error); // before the insert fails of it
        throw error;
      }
      onTaken();
    }
    try {
      const first = await blocks.next();
      // An insert without any row is none; its rejects are there.
      if (first.done === true) return first.value;
      await loader.insertRecords({ blocks: untilTaken(first.value), columns: options.columns }, ended, work);
      const [end] = ends;
      if (!end) throw new AppError('unavailable', { context: { insert: 'answered before its end' } });
      return end;
    } catch (error) {
      stop(error);
      throw error;
    } finally {
      onTaken();
      await blocks.return(from);
      inserts.release();
    }
  };

  const underWay: Promise<unknown>[] = [];
  const write = async (): Promise<void> => {
    let committing: Promise<void> = Promise.resolve();
    while ((await line.first()) !== null) {
      await inserts.acquire(ended);
      const taken = Promise.withResolvers<undefined>();
      const inserted = insert(() => taken.resolve(undefined));
      committing = Promise.all([inserted, committing]).then(([end]) => onDurable(end));
      committing.catch(stop);
      underWay.push(inserted, committing);
      await taken.promise;
    }
  };

  await Promise.allSettled([read(), write().catch(stop)]);
  await Promise.allSettled(underWay);
  room.close();
  lease.signal.throwIfAborted();
  stopped.signal.throwIfAborted();
  // A file that breaks off is loaded up to there.
  if (readFailure !== null) throw toError(readFailure);
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** A server that is away or overloaded, and not a mistake of ours. */
function isOutage(error: unknown): boolean {
  return error instanceof AppError && isTransient(error) && error.kind !== 'internal';
}

function firstCheckpoint({ range }: PieceOf<'range'>): Checkpoint {
  return {
    batch: 0,
    byte_offset: range.start,
    line: range.line,
    rows_read: 0,
    rows_loaded: 0,
    rows_rejected: 0,
    warnings: {},
  };
}

/** Lines and positions of a batch count from its start, and the batch begins where the checkpoint is. */
function toRejectRow(reject: EncodedSegment['rejects'][number], at: Checkpoint, { start }: Batch): RejectRow {
  const { line, offset, column, code, raw } = reject;
  return {
    line: at.line + line,
    byte_offset: start + offset,
    column,
    code,
    reason: REJECT_REASONS[code],
    raw,
  };
}

function advanceBy(
  checkpoint: Checkpoint,
  { end, endsInDropped }: Batch,
  { rowsLoaded, lines, warnings }: Pick<EncodedSegment, 'rowsLoaded' | 'lines' | 'warnings'>,
  rowsRejected: number,
): Checkpoint {
  return {
    batch: checkpoint.batch + 1,
    byte_offset: end,
    line: checkpoint.line + lines + (endsInDropped ? 1 : 0),
    rows_read: checkpoint.rows_read + rowsLoaded + rowsRejected,
    rows_loaded: checkpoint.rows_loaded + rowsLoaded,
    rows_rejected: checkpoint.rows_rejected + rowsRejected,
    warnings: addWarnings(checkpoint.warnings, warnings),
  };
}

/** Judged where a checkpoint is: what is durable is known, and the job ends early. */
function refuseTooManyRejects(
  { rows_read, rows_rejected, warnings }: Checkpoint,
  { rejectRatioMax, rejectRatioRowsMin }: LoadRangeOptions,
): void {
  // That someone was erased is no fault of the file.
  const faulty = rows_rejected - (warnings['row']?.['erased'] ?? 0);
  if (rows_read < rejectRatioRowsMin || faulty <= rows_read * rejectRatioMax) return;
  throw new JobFailure(
    'too_many_rejects',
    `${faulty} of ${rows_read} rows were rejected. Look at the rejects, mend the file and load it again.`,
  );
}
