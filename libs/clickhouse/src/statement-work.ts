/**
 * One statement as the trace and ClickHouse's own logs know it: its span carries the query id, and `log_comment` in
 * system.query_log and system.processes the ids of request and trace. What it asks is in neither.
 */
import { randomUUID } from 'node:crypto';
import { type Span } from '@bigdata/platform';

/** Whose work a statement is. */
export interface StatementWork {
  readonly requestId: string;
  readonly span: Span;
}

export interface BegunStatement {
  readonly queryId: string;
  /** Value of the setting `log_comment`. */
  readonly logComment: string;
  /** Ended by whoever began it. */
  readonly span: Span;
}

/** @param operation such as `SELECT`, or `INSERT record_versions` */
export function beginStatement(
  operation: string,
  { requestId, span: parent }: StatementWork,
): BegunStatement {
  const queryId = randomUUID();
  const span = parent.child(`clickhouse ${operation}`, 'client');
  span.set({
    'db.system.name': 'clickhouse',
    'db.operation.name': operation,
    'clickhouse.query_id': queryId,
  });
  const trace = span.traceId === null ? {} : { trace_id: span.traceId };
  return { queryId, logComment: JSON.stringify({ request_id: requestId, ...trace }), span };
}
