import { classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { type Logger } from '@bigdata/platform';

/** Asks ClickHouse to end a statement that nobody waits for, whatever a proxy between us does with the connection. */
export function killQuery({ client, tables }: ClickHouse, queryId: string, log: Logger): void {
  const kill = {
    // Of a cluster, another server may be the one that runs it.
    query: `KILL QUERY${tables.onCluster} WHERE query_id = {id:String} ASYNC`,
    query_params: { id: queryId },
  };
  client.command(kill).catch((error: unknown) => {
    log.warn('could not cancel a query', { query_id: queryId, error: classifyError(error) });
  });
}
