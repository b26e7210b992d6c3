/** The same ClickHouse without the product: `@clickhouse/client` as anyone would use it. */
import { createClient } from '@clickhouse/client';

export type Direct = {
  /** @returns the rows that ClickHouse read */
  readonly ask: (
    sql: string,
    params: Readonly<Record<string, string | readonly string[]>>,
  ) => Promise<number>;
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
    clickhouse_settings: { optimize_move_to_prewhere_if_final: 0, wait_end_of_query: 1 },
  });
  return {
    ask: async (sql, params) => {
      const answer = await client.query({ query: sql, query_params: { ...params }, format: 'JSON' });
      const { statistics } = await answer.json();
      return statistics?.rows_read ?? 0;
    },
    close: () => client.close(),
  };
};
