import { type ClickHouse, PENDING_TABLES } from '@bigdata/clickhouse';

const QUERY = PENDING_TABLES.map((table) => `(SELECT 1 AS pending FROM ${table} LIMIT 1)`).join(
  ' UNION ALL ',
);

/** True when there are rows that are to be hidden. */
export async function lookForPending({ client }: ClickHouse): Promise<boolean> {
  const answer = await client.query({
    query: QUERY,
    format: 'JSONEachRow',
    clickhouse_settings: { readonly: '2' },
  });
  return (await answer.json()).length > 0;
}
