/** Runs one SELECT: read-only, within limits, stopped when the caller goes away. */
import { randomUUID } from 'node:crypto';
import { classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';
import { z } from 'zod';
import { type ErasureFilter } from '../erasures/erasure-filter';
import { type SqlQuery } from './sql-parameters';

/** What a query belongs to. */
export interface SelectContext {
  readonly requestId: string;
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
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
  readonly rowsToReadMax: number;
  readonly hideErased: ErasureFilter;
}

const statisticsSchema = z.object({
  elapsed: z.number().nonnegative(),
  rows_read: z.int().nonnegative(),
  bytes_read: z.int().nonnegative(),
});

export function createSelectRunner(options: SelectRunnerOptions): SelectRunner {
  const { clickhouse } = options;
  const limits = {
    // 2 and not 1: the settings below are sent with the query itself.
    readonly: '2',
    max_execution_time: options.timeoutMs / 1_000,
    timeout_overflow_mode: 'throw',
    max_memory_usage: String(options.memoryBytesMax),
    max_rows_to_read: String(options.rowsToReadMax),
    read_overflow_mode: 'throw',
    result_overflow_mode: 'throw',
    // An error is an HTTP status only when headers wait for the end.
    wait_end_of_query: 1,
    cancel_http_readonly_queries_on_client_close: 1,
    // A condition moved before the merge would see values that a later load has replaced.
    optimize_move_to_prewhere_if_final: 0,
    // The rows of a record lie in as many partitions as loads brought it.
    do_not_merge_across_partitions_select_final: 0,
    // The keys of a page and its records are read from one state of the table.
    enable_shared_storage_snapshot_in_query: 1,
    date_time_output_format: 'iso',
    output_format_json_quote_64bit_integers: 0,
  } as const;

  return async (query, rowsMax, { requestId, signal, log }) => {
    const queryId = randomUUID();
    const cancel = (): void => {
      const kill = { query: 'KILL QUERY WHERE query_id = {id:String} ASYNC', query_params: { id: queryId } };
      clickhouse.client.command(kill).catch((error: unknown) => {
        log.warn('could not cancel a query', { query_id: queryId, error: classifyError(error) });
      });
    };
    if (signal.aborted) throw new AppError('unavailable', { context: { aborted: true } });
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answer = await clickhouse.client.query({
        query: query.sql,
        query_params: query.params,
        // Long lists of values do not fit into a URL.
        use_multipart_params_auto: true,
        query_id: queryId,
        abort_signal: signal,
        // It carries what the whole query read; the headers tell only what was read before they left.
        format: 'JSON',
        clickhouse_settings: {
          ...limits,
          ...options.hideErased(),
          max_result_rows: String(rowsMax),
          log_comment: requestId,
        },
      });
      const { data, statistics } = await answer.json();
      return { rows: data, statistics: readStatistics(statistics) };
    } catch (error) {
      throw explain(classifyError(error));
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

function readStatistics(given: unknown): SelectStatistics {
  const { elapsed, rows_read, bytes_read } = statisticsSchema.parse(given);
  return { elapsedMs: elapsed * 1_000, rowsRead: rows_read, bytesRead: bytes_read };
}

const ADVICE: Partial<Record<AppError['code'], string>> = {
  query_too_complex: 'The query needs more rows or memory than one query may take; narrow the filter.',
  query_timeout: 'The query took longer than one query may; narrow the filter.',
};

function explain(error: AppError): AppError {
  const detail = ADVICE[error.code];
  return detail === undefined
    ? error
    : new AppError(error.code, { detail, context: error.context, cause: error.cause });
}
