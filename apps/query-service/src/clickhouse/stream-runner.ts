/**
 * Runs one SELECT whose result is handed on as ClickHouse writes it: read-only, within limits, at the pace of whoever
 * takes it, stopped when the caller goes away. Nothing of it is parsed here.
 */
import { beginStatement, classifyError, type ClickHouse, type ResultStreams } from '@bigdata/clickhouse';
import { AppError } from '@bigdata/models';
import { failureOf, inSpan } from '@bigdata/platform';
import { type ErasureFilter } from '../erasures/erasure-filter';
import { holdBackException } from './hold-back-exception';
import { killQuery } from './kill-query';
import { type SelectContext } from './select-runner';
import { type SqlQuery } from './sql-parameters';
import { type Release } from './statement-guard';
import { type StatementEnded } from './statement-metrics';
import { limitsOf, nameLimit, SETTINGS_IN_TEXT, settingsOf, type StatementLimits } from './statement-limits';

/** How ClickHouse is to write a result. */
export interface OutputFormat {
  /** As ClickHouse names it. */
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number>>;
  /**
   * ClickHouse keeps the result, on its disk what is large, until it is whole: for files that nobody can read before
   * their end. A failure is an error answer then, and the rows are known before the first byte.
   */
  readonly whole: boolean;
}

export interface StreamedResult {
  /** To be iterated once. Throws an AppError when ClickHouse or the way to it fails, and gives nothing of its text. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Rows of the result, of a whole one. */
  readonly rows: number | null;
}

/** @param rowsMax more rows than this are a bug of the query and end it */
export type StreamRunner = (
  query: SqlQuery,
  format: OutputFormat,
  rowsMax: number,
  context: SelectContext,
) => Promise<StreamedResult>;

export interface StreamRunnerOptions {
  readonly results: ResultStreams;
  /** For what ends them. */
  readonly clickhouse: ClickHouse;
  /** For a caller without terms of its own. Its time is that until the first byte. */
  readonly limits: StatementLimits;
  /** From the first byte to the last, which the client's connection may hold up. */
  readonly transferTimeoutMs: number;
  readonly hideErased: ErasureFilter;
  /** Waits for a place among the statements that run. */
  readonly admit: (context: SelectContext) => Promise<Release>;
  /** Called at the first byte of each statement that got its place, or when it failed before. */
  readonly onOpened: StatementEnded;
}

/** An exception belongs behind the result, in the block that the exception tag marks, and not into it. */
const STREAM_SETTINGS_IN_TEXT = `${SETTINGS_IN_TEXT}, http_write_exception_in_output_format = 0`;

const STREAM_SETTINGS = {
  // The default of 65,409 rows takes five times the memory, and ten times as long until the first byte.
  max_block_size: '8192',
  // Clients take their results more slowly than one thread writes them; many streams run at once.
  max_threads: 2,
} as const;

export function createStreamRunner(options: StreamRunnerOptions): StreamRunner {
  const { results, clickhouse, transferTimeoutMs } = options;
  return async (query, format, rowsMax, context) => {
    const { caller, signal, log } = context;
    const askedMs = performance.now();
    const release = await inSpan(context.span.child('wait for a place'), () => options.admit(context));
    const startedMs = performance.now();
    const limits = limitsOf(caller, options.limits);
    const { queryId, logComment, span } = beginStatement('SELECT', context);
    const ended = new AbortController();
    const cancel = (): void => {
      killQuery(clickhouse, queryId, log);
      ended.abort();
      // Pieces that nobody began to take never come to their end.
      span.end('unavailable');
      release();
    };
    const end = (error: unknown): void => {
      signal.removeEventListener('abort', cancel);
      span.end(error === null ? null : failureOf(error));
      release();
    };
    const opened = (error: unknown): void =>
      options.onOpened({
        ...{ waitedMs: startedMs - askedMs, elapsedMs: performance.now() - startedMs },
        ...{ error, read: null },
      });
    const late = new AbortController();
    const patience = setTimeout(() => {
      late.abort();
      cancel();
    }, limits.timeoutMs);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      // It may have been aborted since it got its place, which the listener was not told.
      if (signal.aborted) throw new AppError('unavailable', { context: { aborted: true } });
      const result = await results.open({
        sql: `${query.sql}\n${STREAM_SETTINGS_IN_TEXT}\nFORMAT ${format.name}`,
        params: query.params,
        settings: {
          ...settingsOf({ ...limits, timeoutMs: limits.timeoutMs + transferTimeoutMs }),
          ...options.hideErased(),
          ...STREAM_SETTINGS,
          ...format.settings,
          wait_end_of_query: format.whole ? 1 : 0,
          max_result_rows: rowsMax,
          log_comment: logComment,
        },
        queryId,
        signal: ended.signal,
      });
      opened(null);
      return {
        pieces: ending(holdBackException(result), (error) => nameLimit(classifyError(error), limits), end),
        rows: format.whole ? result.rows : null,
      };
    } catch (error) {
      const failure = nameLimit(late.signal.aborted ? tooLate(error) : classifyError(error), limits);
      opened(failure);
      end(failure);
      throw failure;
    } finally {
      clearTimeout(patience);
    }
  };
}

/** ClickHouse's own number for what was ended for it here. */
function tooLate(cause: unknown): AppError {
  return new AppError('query_timeout', { context: { clickhouse_code: '159' }, cause });
}

async function* ending<T>(
  pieces: AsyncIterable<T>,
  explain: (error: unknown) => AppError,
  end: (error: unknown) => void,
): AsyncGenerator<T, void> {
  let failure: AppError | null = null;
  try {
    yield* pieces;
  } catch (error) {
    failure = explain(error);
    throw failure;
  } finally {
    end(failure);
  }
}
