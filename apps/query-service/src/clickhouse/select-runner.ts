/** Runs one SELECT: read-only, within limits, stopped when the caller goes away. */
import { beginStatement, classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type Caller, failureOf, inSpan, type Logger, type Span } from '@bigdata/platform';
import { z } from 'zod';
import { type ErasureFilter } from '../erasures/erasure-filter';
import { killQuery } from './kill-query';
import { type SqlQuery } from './sql-parameters';
import { type Release } from './statement-guard';
import { type StatementEnded } from './statement-metrics';
import { limitsOf, nameLimit, SETTINGS_IN_TEXT, settingsOf, type StatementLimits } from './statement-limits';

/** What a query belongs to. */
export interface SelectContext {
  readonly requestId: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly span: Span;
}

export interface SelectStatistics {
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface SelectResult {
  readonly rows: readonly unknown[];
  readonly statistics: SelectStatistics;
}

/** @param rowsMax more rows than this are a bug of the query and end it */
export type SelectRunner = (
  query: SqlQuery,
  rowsMax: number,
  context: SelectContext,
) => Promise<SelectResult>;

export interface SelectRunnerOptions {
  readonly clickhouse: ClickHouse;
  /** For a caller without terms of its own. */
  readonly limits: StatementLimits;
  readonly hideErased: ErasureFilter;
  /** Waits for a place among the statements that run. */
  readonly admit: (context: SelectContext) => Promise<Release>;
  /** Called once for each statement that got its place. */
  readonly onEnded: StatementEnded;
}

const statisticsSchema = z.object({
  elapsed: z.number().nonnegative(),
  rows_read: z.int().nonnegative(),
  bytes_read: z.int().nonnegative(),
});

export function createSelectRunner(options: SelectRunnerOptions): SelectRunner {
  const { clickhouse, limits: defaults } = options;
  return async (query, rowsMax, context) => {
    const { caller, signal, log } = context;
    const limits = limitsOf(caller, defaults);
    const askedMs = performance.now();
    const release = await inSpan(context.span.child('wait for a place'), () => options.admit(context));
    const startedMs = performance.now();
    const { queryId, logComment, span } = beginStatement('SELECT', context);
    const cancel = (): void => killQuery(clickhouse, queryId, log);
    const ended = (read: SelectStatistics | null, error: unknown): void => {
      if (read !== null)
        span.set({ 'clickhouse.read_rows': read.rowsRead, 'clickhouse.read_bytes': read.bytesRead });
      span.end(error === null ? null : failureOf(error));
      options.onEnded({
        waitedMs: startedMs - askedMs,
        elapsedMs: performance.now() - startedMs,
        error,
        read,
      });
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      // It may have been aborted since it got its place, which the listener was not told.
      if (signal.aborted) throw new AppError('unavailable', { context: { aborted: true } });
      const answer = await clickhouse.client.query({
        query: `${query.sql}\n${SETTINGS_IN_TEXT}`,
        query_params: query.params,
        // Long lists of values do not fit into a URL.
        use_multipart_params_auto: true,
        query_id: queryId,
        abort_signal: signal,
        // It carries what the whole query read; the headers tell only what was read before they left.
        format: 'JSON',
        clickhouse_settings: {
          ...query.settings,
          ...settingsOf(limits),
          ...options.hideErased(),
          // An error is an HTTP status only when headers wait for the end.
          wait_end_of_query: 1,
          max_result_rows: String(rowsMax),
          log_comment: logComment,
        },
      });
      const { data, statistics: told } = await answer.json();
      const statistics = readStatistics(told);
      ended(statistics, null);
      return { rows: data, statistics };
    } catch (error) {
      const failure = nameLimit(classifyError(error), limits);
      ended(null, failure);
      throw failure;
    } finally {
      signal.removeEventListener('abort', cancel);
      release();
    }
  };
}

function readStatistics(given: unknown): SelectStatistics {
  const { elapsed, rows_read, bytes_read } = statisticsSchema.parse(given);
  return { elapsedMs: elapsed * 1_000, rowsRead: rows_read, bytesRead: bytes_read };
}
