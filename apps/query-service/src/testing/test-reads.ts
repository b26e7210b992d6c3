/** The service's statements on a database of their own, without the service around them. */
import { type ClickHouse, migrateUp, openClickHouse } from '@bigdata/clickhouse';
import { createLogger, NO_SPAN, Secret } from '@bigdata/platform';
import { createSelectRunner, type SelectContext, type SelectRunner } from '../clickhouse/select-runner';

export interface TestReads {
  readonly clickhouse: ClickHouse;
  readonly select: SelectRunner;
  readonly context: SelectContext;
  /** For what only tests do. */
  command(query: string): Promise<unknown>;
  close(): Promise<void>;
}

interface TestDatabase {
  readonly url: string;
  readonly database: string;
  readonly cluster?: string | null;
  drop(): Promise<void>;
}

/** @param database is dropped when the reads are closed */
export async function openTestReads({
  url,
  database,
  cluster = null,
  drop,
}: TestDatabase): Promise<TestReads> {
  const clickhouse = openClickHouse({
    url: new Secret(url),
    database,
    cluster,
    application: 'test',
    requestTimeoutMs: 60_000,
    connectionsMax: 8,
  });
  await migrateUp(clickhouse);
  return {
    clickhouse,
    select: createSelectRunner({
      clickhouse,
      limits: { timeoutMs: 20_000, memoryBytesMax: 1_000_000_000, rowsToReadMax: 10_000_000 },
      hideErased: () => ({}),
      admit: () => Promise.resolve(() => undefined),
      onEnded: () => undefined,
    }),
    context: {
      requestId: 'request-0001',
      caller: { kind: 'service', name: 'test' },
      signal: new AbortController().signal,
      log: createLogger({ service: 'test', level: 'error', format: 'json' }),
      span: NO_SPAN,
    },
    command: (query) => clickhouse.client.command({ query }),
    async close() {
      await clickhouse.close();
      await drop();
    },
  };
}
