/** Runs one SELECT: read-only, within limits, stopped when the caller goes away. */
import { randomUUID } from 'node:crypto';
import { classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type Caller, type Logger } from '@bigdata/platform';
import { z } from 'zod';
import { type ErasureFilter } from '../erasures/erasure-filter';
import { killQuery } from './kill-query';
import { type SqlQuery } from './sql-parameters';
import { type Release } from './statement-guard';
import { limitsOf, nameLimit, SETTINGS_IN_TEXT, settingsOf, type StatementLimits } from './statement-limits';

/** What a query belongs to. */
export interface SelectContext {
  readonly requestId: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly log: Logger;
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
}

const statisticsSchema = z.object({
  elapsed: z.number().nonnegative(),
  rows_read: z.int().nonnegative(),
  bytes_read: z.int().nonnegative(),
});

export function createSelectRunner(options: SelectRunnerOptions): SelectRunner {
  const { clickhouse, limits: defaults } = options;
  return async (query, rowsMax, context) => {
    const { requestId, caller, signal, log } = context;
    const queryId = randomUUID();
    const limits = limitsOf(caller, defaults);
    const cancel = (): void => killQuery(clickhouse, queryId, log);
    const release = await options.admit(context);
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
          ...settingsOf(limits),
          ...options.hideErased(),
          // An error is an HTTP status only when headers wait for the end.
          wait_end_of_query: 1,
          max_result_rows: String(rowsMax),
          log_comment: requestId,
        },
      });
      const { data, statistics } = await answer.json();
      return { rows: data, statistics: readStatistics(statistics) };
    } catch (error) {
      throw nameLimit(classifyError(error), limits);
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
