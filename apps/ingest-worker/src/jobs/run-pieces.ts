/** What each kind of piece is made of. */
import { type ReadLimits, type ReadPlan } from '../formats/rows';
import { readSegments } from '../formats/read-segments';
import { type DecodeLimits } from '../decode/decompress';
import { type ErasedIdentifiers, type ErasedList } from '../erasures/erased-list';
import { type StatementWork } from '@bigdata/clickhouse';
import { AppError, type KeyPolicy } from '@bigdata/models';
import { blockColumnsOf } from '../encode/block-columns';
import { type Loader } from '../load/clickhouse-loader';
import { type Column } from '../mapping/map-columns';
import { type IngestMetrics } from '../metrics';
import { type Retry } from '../retry';
import { countingSource } from '../source/counting-source';
import { isPlannedVersion, type Source, sourceChanged } from '../source/source';
import { type ThreadJob, type ThreadPool } from '../threads/thread-pool';
import { type LoadPass, loadRange } from './load-range';
import { planJob } from './plan-job';
import { createSemaphore } from './semaphore';
import { type PieceRunners } from './work.job';
import { type HeldPiece, requestIdOf, type WorkControl } from './work-control';

export interface LoadLimits extends ReadLimits {
  readonly batchBytes: number;
  readonly rangeBytes: number;
  readonly decode: DecodeLimits;
  /** Batches in memory, of all ranges that run. */
  readonly batchesMax: number;
  /** Inserts of a range on their way, and bytes of text in each. */
  readonly insertsMax: number;
  readonly insertBytes: number;
  readonly rejectRatioMax: number;
  /** Rows that are read before the ratio applies. */
  readonly rejectRatioRowsMin: number;
}

export interface PieceOptions {
  readonly control: WorkControl;
  readonly loader: Loader;
  readonly retry: Retry;
  readonly threads: ThreadPool;
  readonly erased: ErasedList;
  readonly openSource: (source: string, signal: AbortSignal) => Promise<Source>;
  readonly limits: LoadLimits;
  readonly metrics: Pick<IngestMetrics, 'countRows'>;
}

export function createPieceRunners(options: PieceOptions): PieceRunners {
  const { control, loader, retry, threads, erased, limits, metrics } = options;
  const room = createSemaphore(limits.batchesMax);

  const withSource = async <T>(
    source: string,
    signal: AbortSignal,
    use: (opened: Source) => Promise<T>,
  ): Promise<T> => {
    const opened = await options.openSource(source, signal);
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  };

  return {
    async plan({ job, clear, attempt }, lease, note) {
      const { signal } = lease;
      const work = workOn(lease.piece);
      await withSource(job.source, signal, async (source) => {
        if (clear) {
          await retry(() => loader.dropLoad(job.load_number, signal, work), signal);
          await retry(() => loader.dropRejects(job.id, signal, work), signal);
        }
        const recall = (fingerprint: string) => retry(() => control.recallMapping(fingerprint), signal);
        const planning = await planJob({ job, epoch: String(attempt), source, limits, recall, signal });
        const { plan, ranges } = planning;
        const { format } = planning.read;
        const load = {
          jobId: job.id,
          loadNumber: job.load_number,
          dataset: job.dataset,
          source: job.source,
          format: plan.format,
          delimiter: format.kind === 'csv' ? format.delimiter : null,
          columns: plan.columns.map(({ name }) => name),
          startedMs: Date.parse(job.started_at),
        };
        await retry(() => loader.register(load, signal, work), signal);
        note({ format: plan.format, ranges: ranges.length });
        await lease.call(() => control.plan(lease.piece, planning));
      });
    },

    async range(piece, lease, note) {
      const { job, plan, range } = piece;
      const { signal } = lease;
      await withSource(job.source, signal, async (opened) => {
        const resumes = range.checkpoint !== null;
        if (!isPlannedVersion(opened.version, plan.source_version, resumes)) throw sourceChanged();
        const { read, epoch, batchBytes } = plan.read as {
          read: ReadPlan;
          epoch: string;
          batchBytes: number;
        };
        // Of the last pass over the source: after an outage it is read again from the checkpoint.
        let counted = countingSource(opened);
        const { columns } = plan as { columns: readonly Pick<Column, 'name' | 'field'>[] };
        const context = {
          plan: read,
          limits,
          columns,
          dataset: job.dataset,
          jobId: job.id,
          loadNumber: job.load_number,
          startedMs: Date.parse(job.started_at),
          country: job.country,
          keyPolicy: job.key_policy as KeyPolicy | null,
        };
        const passes = createPasses(erased, (list) => threads.open({ ...context, erased: list }));
        let rowsRead = 0;
        let rowsRejected = 0;
        try {
          await loadRange({
            piece,
            epoch,
            lease,
            segments: (from) => {
              counted = countingSource(opened);
              return readSegments({
                source: counted.source,
                plan: read,
                limits,
                decode: limits.decode,
                segmentBytes: batchBytes,
                start: from,
                end: range.end,
              });
            },
            bytesRead: ({ byte_offset }, done) => {
              if (!isPlain(read)) return counted.bytesRead();
              // What follows the last record of JSON or XML has no position of its own.
              const end = done && range.end === null ? (opened.bytesTotal ?? byte_offset) : byte_offset;
              return end - (range.number === 0 ? 0 : range.start);
            },
            // A file is looked at before each insert; what is read from a server is bound to its version by the server.
            assertUnchanged: () => (opened.path === null ? Promise.resolve() : opened.assertUnchanged()),
            openPass: passes.open,
            loader,
            work: workOn(lease.piece),
            columns: blockColumnsOf(columns, job.country),
            retry,
            room,
            insertsMax: limits.insertsMax,
            insertBytes: limits.insertBytes,
            rejectRatioMax: job.max_reject_ratio ?? limits.rejectRatioMax,
            // Asked for by the job it applies from the first batch on.
            rejectRatioRowsMin: job.max_reject_ratio === null ? limits.rejectRatioRowsMin : 1,
            advance: (progress) => lease.call(() => control.advance(lease.piece, progress)),
            onRows: (loaded, rejected) => {
              rowsRead += loaded + rejected;
              rowsRejected += rejected;
              metrics.countRows(loaded, rejected);
            },
          });
        } finally {
          passes.close();
          note({ rows_read: rowsRead, rows_rejected: rowsRejected, resumed: resumes });
        }
      });
    },

    async finish({ job, totals, earlier_loads }, lease, note) {
      const { signal } = lease;
      const keys = { loadNumber: job.load_number, rows: totals.rows_loaded, earlierLoads: earlier_loads };
      const recordsNew =
        totals.rows_loaded === 0
          ? 0
          : await retry(() => loader.countNew(keys, signal, workOn(lease.piece)), signal);
      note({ rows_read: totals.rows_read, rows_rejected: totals.rows_rejected, records_new: recordsNew });
      await lease.call(() => control.finish(lease.piece, recordsNew));
    },

    async undo({ job }, lease) {
      await retry(() => loader.dropLoad(job.load_number, lease.signal, workOn(lease.piece)), lease.signal);
      await lease.call(() => control.settle(lease.piece));
    },

    async seal({ job }, lease) {
      await retry(() => loader.sealLoad(job.load_number, lease.signal, workOn(lease.piece)), lease.signal);
      await lease.call(() => control.settle(lease.piece));
    },
  };
}

function workOn({ jobId, span }: HeldPiece): StatementWork {
  return { requestId: requestIdOf(jobId), span };
}

/** The threads' view of a job holds the list that it compares rows with: a longer list needs another view. */
function createPasses(erased: ErasedList, openThreads: (list: ErasedIdentifiers | null) => ThreadJob) {
  let list: ErasedIdentifiers | null = null;
  let threads: ThreadJob | null = null;
  return {
    async open(): Promise<LoadPass> {
      const current = await erased.current();
      if (threads === null || current !== list) {
        threads?.close();
        threads = openThreads(current);
        list = current;
      }
      return {
        encode: threads.encode,
        async assertNobodyErased() {
          if ((await erased.current()) === current) return;
          throw new AppError('unavailable', { context: { insert: 'broken off: someone was erased' } });
        },
      };
    },
    close: () => threads?.close(),
  };
}

/** Positions in the text are positions in the source. */
function isPlain({ compression, encoding }: ReadPlan): boolean {
  return compression === 'none' && encoding === 'utf-8';
}
