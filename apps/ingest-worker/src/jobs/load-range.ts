/**
 * The rows of one range into ClickHouse. Segments are cut by their position in the text, so that every try cuts alike;
 * threads turn them into batches, several inserts are on their way at once, and the checkpoint follows in order: it never
 * says more than what is durable, together with all that is before it.
 *
 *   read → cut → encode (threads) → insert records → insert rejects → checkpoint
 *
 * Memory: `batchesMax` batches as segments or in encoded form, whatever the size of the file.
 */
import { type Checkpoint, type PieceOf } from '@bigdata/models';
import { REJECT_REASONS, type RejectRow } from '../batches/rejects';
import { type Segment } from '../formats/rows';
import { type Loader } from '../load/clickhouse-loader';
import { type Retry } from '../retry';
import { addWarnings } from '../rows/warning-counts';
import { type EncodedSegment } from '../threads/batch-work';
import { type ThreadJob } from '../threads/thread-pool';
import { JobFailure } from './job-failure';
import { type PieceLease } from './piece-lease';
import { createSemaphore } from './semaphore';
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
  readonly encode: ThreadJob['encode'];
  readonly loader: Pick<Loader, 'insertRecords' | 'insertRejects'>;
  readonly retry: Retry;
  readonly batchesMax: number;
  readonly insertsMax: number;
  readonly rejectRatioMax: number;
  readonly rejectRatioRowsMin: number;
  /** Makes the progress durable. */
  readonly advance: (progress: RangeProgress) => Promise<void>;
  /** Called when a batch is durable. */
  readonly onBatch: (rowsLoaded: number, rowsRejected: number) => void;
}

/** A batch on its way: what it will add to the checkpoint once it and all before it are durable. */
interface Batch {
  readonly segment: { readonly start: number; readonly end: number; readonly endsInDropped: boolean };
  readonly encoded: Promise<EncodedSegment>;
  readonly durable: Promise<void>;
}

/** @throws JobFailure for what no retry can mend; anything else may be tried again and goes on from the checkpoint */
export async function loadRange(options: LoadRangeOptions): Promise<void> {
  const { piece, lease, loader, retry } = options;
  const { job, range } = piece;
  const { signal } = lease;
  const startedMs = Date.parse(job.started_at);
  let checkpoint = range.checkpoint ?? firstCheckpoint(piece);
  const room = createSemaphore(options.batchesMax);
  const inserts = createSemaphore(options.insertsMax);
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);

  const insert = async (
    start: number,
    end: number,
    encoded: Promise<EncodedSegment>,
    line: Promise<number>,
  ) => {
    const { block, columns, rejects } = await encoded;
    const firstLine = await line;
    const token = `${job.id}:${options.epoch}:${start}-${end}`;
    await inserts.run(async () => {
      ended.throwIfAborted();
      await options.assertUnchanged();
      await lease.confirm();
      if (block !== null) {
        await retry(() => loader.insertRecords({ block, columns, token: `${token}:records` }, ended), ended);
        letGo(block);
      }
      if (rejects.length > 0) {
        const rows = rejects.map((reject): RejectRow => ({
          ...reject,
          line: firstLine + reject.line,
          byte_offset: start + reject.offset,
          reason: REJECT_REASONS[reject.code],
        }));
        const batch = { jobId: job.id, source: job.source, rejects: rows, createdMs: startedMs };
        await retry(() => loader.insertRejects({ ...batch, token: `${token}:rejects` }, ended), ended);
      }
    });
  };

  const queue: Batch[] = [];
  let committing: Promise<void> = Promise.resolve();
  /** Waits for the oldest batches, adds up what is durable, and writes it down at once for as many as there are. */
  const commitOldest = async (): Promise<void> => {
    const batch = queue[0];
    if (!batch) return;
    await batch.durable;
    checkpoint = advanceBy(checkpoint, batch.segment, await batch.encoded);
    queue.shift();
    room.release();
    const { rowsLoaded, rejects } = await batch.encoded;
    options.onBatch(rowsLoaded, rejects.length);
    if (!(await isSettled(queue[0]?.durable))) {
      await options.advance({ checkpoint, bytesRead: options.bytesRead(checkpoint, false), done: false });
      refuseTooManyRejects(checkpoint, options);
    }
  };

  let number = range.first_batch + checkpoint.batch;
  let line: Promise<number> = Promise.resolve(checkpoint.line);
  const enqueue = (segment: Segment): void => {
    number += 1;
    const { start, bytes, dropped } = segment;
    const end = start + bytes.length + dropped;
    const encoded = options.encode(number, bytes);
    const firstLine = line;
    line = Promise.all([firstLine, encoded]).then(([at, { lines }]) => at + lines + (dropped > 0 ? 1 : 0));
    const durable = insert(start, end, encoded, firstLine);
    queue.push({ segment: { start, end, endsInDropped: dropped > 0 }, encoded, durable });
    committing = committing.then(commitOldest);
    // Awaited at the end; until then a failure stops the reading, and must not count as unhandled.
    for (const promise of [encoded, line, durable, committing]) {
      promise.catch((error: unknown) => stopped.abort(error));
    }
  };

  let readFailure: Error | null = null;
  try {
    for await (const segment of options.segments(checkpoint.byte_offset)) {
      await room.acquire(ended);
      enqueue(segment);
    }
  } catch (error) {
    readFailure = error instanceof Error ? error : new Error(String(error));
  }
  // A file that breaks off is loaded up to there; what stopped the inserts is a reason of its own, and the first one.
  await Promise.allSettled([committing, ...queue.map(({ durable }) => durable)]);
  signal.throwIfAborted();
  stopped.signal.throwIfAborted();
  if (readFailure !== null) throw readFailure;
  await options.assertUnchanged();
  await options.advance({ checkpoint, bytesRead: options.bytesRead(checkpoint, true), done: true });
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

function advanceBy(
  checkpoint: Checkpoint,
  { end, endsInDropped }: Batch['segment'],
  { rowsLoaded, rejects, lines, warnings }: EncodedSegment,
): Checkpoint {
  return {
    batch: checkpoint.batch + 1,
    byte_offset: end,
    line: checkpoint.line + lines + (endsInDropped ? 1 : 0),
    rows_read: checkpoint.rows_read + rowsLoaded + rejects.length,
    rows_loaded: checkpoint.rows_loaded + rowsLoaded,
    rows_rejected: checkpoint.rows_rejected + rejects.length,
    warnings: addWarnings(checkpoint.warnings, warnings),
  };
}

/** Gives the memory back at once: the collector sees a small object and would take its time. */
function letGo({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const PENDING = Symbol('pending');

async function isSettled(promise: Promise<void> | undefined): Promise<boolean> {
  if (!promise) return false;
  return (await Promise.race([promise, Promise.resolve(PENDING)])) !== PENDING;
}

/** Judged where a checkpoint is: what is durable is known, and the job ends early. */
function refuseTooManyRejects(
  { rows_read, rows_rejected }: Checkpoint,
  { rejectRatioMax, rejectRatioRowsMin }: LoadRangeOptions,
): void {
  if (rows_read < rejectRatioRowsMin || rows_rejected <= rows_read * rejectRatioMax) return;
  throw new JobFailure(
    'too_many_rejects',
    `${rows_rejected} of ${rows_read} rows were rejected. Look at the rejects, mend the file and load it again.`,
  );
}
