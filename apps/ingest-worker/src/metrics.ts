/** What the worker counts. */
import { type Metrics } from '@bigdata/platform';
import { type Loader } from './load/clickhouse-loader';
import { type ThreadPool } from './threads/thread-pool';

const KINDS = ['plan', 'range', 'finish', 'undo', 'seal'] as const;
const OUTCOMES = ['done', 'failed', 'interrupted', 'lost'] as const;
export type PieceOutcome = (typeof OUTCOMES)[number];

export interface IngestMetrics {
  countRows(loaded: number, rejected: number): void;
  countPiece(kind: (typeof KINDS)[number], outcome: PieceOutcome): void;
  /** Work waits for a server that is away. */
  countWait(code: string): void;
  /** The same loader, with its inserts timed and counted while they run. */
  timed(loader: Loader): Loader;
  /** The same threads, with the batches counted that are with them. */
  counted(threads: ThreadPool): ThreadPool;
}

export function createIngestMetrics(metrics: Metrics): IngestMetrics {
  const rows = metrics.counter(
    'ingest_rows_total',
    'Rows that are durable, by what became of them; both together are the rows read',
    { outcome: ['loaded', 'rejected'] },
  );
  const pieces = metrics.counter('ingest_pieces_total', 'Pieces of work, by kind and how they ended', {
    kind: KINDS,
    outcome: OUTCOMES,
  });
  const waits = metrics.counter(
    'ingest_server_waits_total',
    'Tries after which work waited for a server that was away',
    { code: ['unavailable', 'upstream_failed', 'query_timeout', 'rate_limited'] },
  );
  const table = ['records', 'ingest_rejects'] as const;
  const inserts = metrics.histogram(
    'ingest_insert_duration_seconds',
    'Time of one insert, from its first block to the answer',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    { table },
  );
  const running = metrics.gauge('ingest_running_inserts', 'Inserts that are on their way', { table });
  const batches = metrics.gauge('ingest_encoding_batches', 'Batches that are read and not encoded yet');

  const time = async (of: (typeof table)[number], call: () => Promise<void>): Promise<void> => {
    const labels = { table: of };
    const stop = inserts.startTimer(labels);
    running.inc(labels);
    try {
      await call();
    } finally {
      running.dec(labels);
      stop();
    }
  };
  return {
    countRows(loaded, rejected) {
      rows.inc({ outcome: 'loaded' }, loaded);
      rows.inc({ outcome: 'rejected' }, rejected);
    },
    countPiece: (kind, outcome) => pieces.inc({ kind, outcome }),
    countWait: (code) => waits.inc({ code }),
    timed: (loader) => ({
      ...loader,
      insertRecords: (...values) => time('records', () => loader.insertRecords(...values)),
      insertRejects: (...values) => time('ingest_rejects', () => loader.insertRejects(...values)),
    }),
    counted: (threads) => ({
      ...threads,
      open(context) {
        const job = threads.open(context);
        return {
          ...job,
          async encode(batch, segment) {
            batches.inc();
            try {
              return await job.encode(batch, segment);
            } finally {
              batches.dec();
            }
          },
        };
      },
    }),
  };
}
