/** What the worker counts. */
import { type Metrics } from '@bigdata/platform';
import { type Loader } from './load/clickhouse-loader';

export interface IngestMetrics {
  countRows(loaded: number, rejected: number): void;
  countPiece(kind: string, outcome: string): void;
  /** The same loader, with its inserts timed. */
  timed(loader: Loader): Loader;
}

export function createIngestMetrics(metrics: Metrics): IngestMetrics {
  const rows = metrics.counter('ingest_rows_total', 'Rows that are durable, by what became of them', [
    'outcome',
  ]);
  const pieces = metrics.counter('ingest_pieces_total', 'Pieces of work, by kind and how they ended', [
    'kind',
    'outcome',
  ]);
  const inserts = metrics.histogram(
    'ingest_insert_seconds',
    'Time of one insert, from its first block to the answer',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    ['table'],
  );
  const time = async (table: string, call: () => Promise<void>): Promise<void> => {
    const stop = inserts.startTimer({ table });
    try {
      await call();
    } finally {
      stop();
    }
  };
  return {
    countRows(loaded, rejected) {
      rows.inc({ outcome: 'loaded' }, loaded);
      rows.inc({ outcome: 'rejected' }, rejected);
    },
    countPiece: (kind, outcome) => pieces.inc({ kind, outcome }),
    timed: (loader) => ({
      ...loader,
      insertRecords: (...values) => time('records', () => loader.insertRecords(...values)),
      insertRejects: (...values) => time('ingest_rejects', () => loader.insertRejects(...values)),
    }),
  };
}
