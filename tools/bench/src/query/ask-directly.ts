/** The same ClickHouse without the product: `@clickhouse/client` as anyone would use it. */
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';

/** Statements over tens of millions of rows say nothing for longer than the default of half a minute. */
const SILENCE_MAX_MS = 600_000;

export type DirectStatement = {
  /** With a FORMAT clause where it is streamed. */
  readonly sql: string;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly settings?: Readonly<Record<string, string | number>>;
};

export type DirectAnswer = {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that ClickHouse read for them. */
  readonly rowsRead: number;
};

export type Direct = {
  readonly ask: (statement: DirectStatement) => Promise<DirectAnswer>;
  /** Reads the whole result as the bytes that ClickHouse writes. @returns how many there were */
  readonly stream: (statement: DirectStatement) => Promise<number>;
  readonly close: () => Promise<void>;
};

export const openDirect = (url: string, database: string): Direct => {
  const { origin, username, password } = new URL(url);
  const client = createClient({
    url: origin,
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    // As query-service reads.
    clickhouse_settings: {
      optimize_move_to_prewhere_if_final: 0,
      output_format_json_quote_64bit_integers: 0,
    },
    request_timeout: SILENCE_MAX_MS,
    // It warns of the timeout above, into what a benchmark prints.
    log: { level: ClickHouseLogLevel.OFF },
  });
  return {
    ask: async ({ sql, params, settings }) => {
      const answer = await client.query({
        query: sql,
        query_params: { ...params },
        format: 'JSON',
        clickhouse_settings: { wait_end_of_query: 1, ...settings },
      });
      const { data, statistics } = await answer.json<Record<string, unknown>>();
      return { rows: data, rowsRead: statistics?.rows_read ?? 0 };
    },
    stream: async ({ sql, params, settings }) => {
      const { stream } = await client.exec({
        query: sql,
        query_params: { ...params },
        clickhouse_settings: { ...settings },
      });
      let bytes = 0;
      for await (const piece of stream as AsyncIterable<Buffer>) bytes += piece.length;
      return bytes;
    },
    close: () => client.close(),
  };
};
