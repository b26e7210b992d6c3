import { classifyError, type ClickHouse } from '@bigdata/clickhouse';
import { type Logger } from '@bigdata/platform';

/** Asks ClickHouse to end a statement that nobody waits for, whatever a proxy between us does with the connection. */
export function killQuery(clickhouse: ClickHouse, queryId: string, log: Logger): void {
  const kill = { query: 'KILL QUERY WHERE query_id = {id:String} ASYNC', query_params: { id: queryId } };
  clickhouse.client.command(kill).catch((error: unknown) => {
    log.warn('could not cancel a query', { query_id: queryId, error: classifyError(error) });
  });
}
