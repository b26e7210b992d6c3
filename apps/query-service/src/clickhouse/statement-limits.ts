/** What one statement may take, and how a refusal names the limit that it met. */
import { AppError } from '@bigdata/models';
import { type Caller } from '@bigdata/platform';

export interface StatementLimits {
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
  readonly rowsToReadMax: number;
}

/** The caller's own terms in place of this service's; a statement never runs longer than the service allows. */
export function limitsOf(caller: Caller, defaults: StatementLimits): StatementLimits {
  const own = caller.kind === 'user' ? caller.queryLimits : undefined;
  return {
    timeoutMs: Math.min(own?.timeout_ms ?? defaults.timeoutMs, defaults.timeoutMs),
    memoryBytesMax: own?.memory_bytes_max ?? defaults.memoryBytesMax,
    rowsToReadMax: own?.rows_to_read_max ?? defaults.rowsToReadMax,
  };
}

/**
 * Settings that have to stand in the statement's text: in a multipart request, which long lists of values need, ClickHouse
 * takes every parameter whose name ends in `_format` for the format of an external table.
 */
export const SETTINGS_IN_TEXT = "SETTINGS date_time_output_format = 'iso'";

/** Settings of a statement that only reads, within limits. */
export function settingsOf(limits: StatementLimits) {
  return {
    // 2 and not 1: the settings below are sent with the query itself.
    readonly: '2',
    max_execution_time: limits.timeoutMs / 1_000,
    timeout_overflow_mode: 'throw',
    max_memory_usage: String(limits.memoryBytesMax),
    max_rows_to_read: String(limits.rowsToReadMax),
    read_overflow_mode: 'throw',
    result_overflow_mode: 'throw',
    cancel_http_readonly_queries_on_client_close: 1,
    // A condition moved before the merge would see values that a later load has replaced.
    optimize_move_to_prewhere_if_final: 0,
    // The rows of a record lie in as many partitions as loads brought it.
    do_not_merge_across_partitions_select_final: 0,
    // The keys of a page and its records are read from one state of the table.
    enable_shared_storage_snapshot_in_query: 1,
    output_format_json_quote_64bit_integers: 0,
    // ClickHouse's fast parser is off by a bit for one decimal in thirteen: 6058.27e-1 would not be 605.827.
    precise_float_parsing: 1,
  } as const;
}

/** The same error, told in terms of the limit that the statement met; any other error as it is. */
export function nameLimit(error: AppError, limits: StatementLimits): AppError {
  const met = limitMet(error, limits);
  if (!met) return error;
  return new AppError(error.code, {
    detail: `${met.sentence} Narrow the filter.`,
    members: { limit: met.name, limit_value: met.value },
    context: error.context,
    cause: error.cause,
  });
}

interface LimitMet {
  readonly name: string;
  readonly value: number;
  readonly sentence: string;
}

/** By ClickHouse's numbers: 158 TOO_MANY_ROWS, 241 MEMORY_LIMIT_EXCEEDED, 159 TIMEOUT_EXCEEDED. */
function limitMet({ context }: AppError, limits: StatementLimits): LimitMet | null {
  switch (context['clickhouse_code']) {
    case '158':
      return {
        name: 'rows_to_read_max',
        value: limits.rowsToReadMax,
        sentence: `The query has to look at more than the ${limits.rowsToReadMax} rows that one query may.`,
      };
    case '241':
      return {
        name: 'memory_bytes_max',
        value: limits.memoryBytesMax,
        sentence: `The query needs more than the ${limits.memoryBytesMax} bytes of memory that one query may take.`,
      };
    case '159':
      return {
        name: 'timeout_ms',
        value: limits.timeoutMs,
        sentence: `The query took longer than the ${limits.timeoutMs} ms that one query may.`,
      };
    default:
      return null;
  }
}
