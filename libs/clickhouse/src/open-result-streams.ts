/**
 * Results of statements as the bytes that ClickHouse writes. `@clickhouse/client` has no way to them: its results are
 * cut into rows, its `exec` puts every parameter into the URL, and neither can be ended once it has begun to answer.
 */
import { type Secret } from '@bigdata/platform';
import { FormData, Pool } from 'undici';
import { z } from 'zod';
import { classifyError, classifyErrorText } from './classify-error';
import { nameTables } from './tables';
import { formatParameter, type ParameterValue } from './format-parameter';

export interface ResultStreamsOptions {
  /** `http://user:password@host:port`; the path is not used. */
  readonly url: Secret;
  readonly database: string;
  /** Default: one server. */
  readonly cluster?: string | null;
  /** Name of the service, shown in ClickHouse's query log. */
  readonly application: string;
  readonly connectionsMax: number;
  /** Longest silence while the other end is ready to take more. */
  readonly silenceMs: number;
}

export interface Statement {
  /** With its FORMAT clause. */
  readonly sql: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly queryId: string;
  /** Ends the connection whenever it aborts: before the answer or in the middle of it. */
  readonly signal: AbortSignal;
}

export interface OpenedResult {
  /** Ends with an error when the connection is cut before the answer's proper end. */
  readonly body: AsyncIterable<Buffer>;
  /** Of X-ClickHouse-Exception-Tag; null from a server that does not announce one. */
  readonly exceptionTag: string | null;
  /** Rows of the result; right only when the statement was sent with `wait_end_of_query`. */
  readonly rows: number;
}

export interface ResultStreams {
  /** @throws AppError when ClickHouse refuses the statement or cannot be reached */
  open(statement: Statement): Promise<OpenedResult>;
  close(): Promise<void>;
}

const summarySchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.object({ result_rows: z.coerce.number().int().nonnegative() }));

export function openResultStreams(options: ResultStreamsOptions): ResultStreams {
  const { database, application, connectionsMax, silenceMs } = options;
  const ofCluster = nameTables(database, options.cluster ?? null).settings;
  const url = new URL(options.url.reveal());
  const headers = {
    'X-ClickHouse-User': decodeURIComponent(url.username) || 'default',
    'X-ClickHouse-Key': decodeURIComponent(url.password),
    'User-Agent': application,
  };
  const pool = new Pool(url.origin, {
    connections: connectionsMax,
    // The caller's signal ends what takes too long to begin.
    headersTimeout: 0,
    bodyTimeout: silenceMs,
  });
  return {
    async open({ sql, params, settings, queryId, signal }) {
      const search = new URLSearchParams({ database, query_id: queryId });
      for (const [name, value] of Object.entries({ ...ofCluster, ...settings }))
        search.set(name, String(value));
      const body = new FormData();
      body.set('query', sql);
      for (const [name, value] of Object.entries(params)) body.set(`param_${name}`, formatParameter(value));
      try {
        const answer = await pool.request({
          method: 'POST',
          path: `/?${search.toString()}`,
          headers,
          body,
          signal,
        });
        if (answer.statusCode !== 200) throw classifyErrorText(await answer.body.text());
        const tag = answer.headers['x-clickhouse-exception-tag'];
        return {
          body: answer.body,
          exceptionTag: typeof tag === 'string' ? tag : null,
          rows: summarySchema.parse(answer.headers['x-clickhouse-summary']).result_rows,
        };
      } catch (error) {
        throw classifyError(error);
      }
    },
    close: () => pool.close(),
  };
}
