/** What is counted of the statements. */
import { failureOf, type Metrics } from '@bigdata/platform';
import { type StatementKind } from './statement-guard';

export interface EndedStatement {
  readonly waitedMs: number;
  readonly elapsedMs: number;
  /** What ended it; null when it went well. */
  readonly error: unknown;
  /** Null where ClickHouse does not tell: of streams, and of what failed. */
  readonly read: { readonly rowsRead: number; readonly bytesRead: number } | null;
}

export type StatementEnded = (statement: EndedStatement) => void;

const KINDS = ['lookup', 'query', 'stream'] as const satisfies readonly StatementKind[];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createStatementMetrics(metrics: Metrics): (kind: StatementKind) => StatementEnded {
  const durations = metrics.histogram(
    'query_statement_duration_seconds',
    'Time of a statement in ClickHouse with the way there and back; of a stream until its first byte',
    SECONDS,
    { kind: KINDS, outcome: ['ok', 'query_timeout', 'query_too_complex', 'unavailable', 'internal'] },
  );
  const waits = metrics.histogram(
    'query_statement_wait_seconds',
    'Time that a statement waited for its place among those that run',
    SECONDS,
    { kind: KINDS },
  );
  const rows = metrics.counter('query_statement_read_rows_total', 'Stored rows that statements read', {
    kind: ['lookup', 'query'],
  });
  const bytes = metrics.counter('query_statement_read_bytes_total', 'Bytes that statements read', {
    kind: ['lookup', 'query'],
  });
  return (kind) =>
    ({ waitedMs, elapsedMs, error, read }) => {
      waits.observe({ kind }, waitedMs / 1_000);
      durations.observe({ kind, outcome: error === null ? 'ok' : failureOf(error) }, elapsedMs / 1_000);
      if (read === null) return;
      rows.inc({ kind }, read.rowsRead);
      bytes.inc({ kind }, read.bytesRead);
    };
}
