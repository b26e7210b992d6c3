/** Settings of this service, beside those that every service has. */
import { integer, optional, port, secret, secretUrl, text } from '@bigdata/platform';
import { redisSettings } from '@bigdata/redis';

export const querySettings = {
  httpPort: port('HTTP_PORT', 'port of the API, behind the gateway', { fallback: '8081' }),
  clickhouseUrl: secretUrl('CLICKHOUSE_URL', 'http://user:password@host:port of ClickHouse', [
    'http',
    'https',
  ]),
  clickhouseDatabase: text('CLICKHOUSE_DATABASE', 'database that holds the records', { fallback: 'bigdata' }),
  clickhouseCluster: optional(
    text(
      'CLICKHOUSE_CLUSTER',
      'name of the ClickHouse cluster that the records lie on, as in remote_servers; unset: one server',
    ),
  ),
  clickhouseConnectionsMax: integer(
    'CLICKHOUSE_CONNECTIONS',
    'connections to ClickHouse kept at most: more than QUERY_CONCURRENT_MAX, so that a statement can always be ended',
    {
      fallback: '160',
      min: 1,
    },
  ),
  redisUrl: secretUrl('REDIS_URL', 'Redis, for statistics that are kept until records change', [
    'redis',
    'rediss',
  ]),
  ...redisSettings,
  cursorSecret: secret('CURSOR_SECRET', 'signs page cursors; the same for every instance', { minChars: 32 }),
  queryTimeoutMs: integer('QUERY_TIMEOUT_MS', 'a query running longer ends as query_timeout', {
    fallback: '30000',
    min: 100,
  }),
  queryMemoryBytesMax: integer('QUERY_MEMORY_BYTES_MAX', 'memory one query may take in ClickHouse', {
    fallback: '4000000000',
    min: 1_000_000,
  }),
  streamRowsMax: integer(
    'STREAM_ROWS_MAX',
    'row cap of a streamed answer, for keys without one of their own',
    {
      fallback: '1000000',
      min: 1,
    },
  ),
  streamConcurrentMax: integer('STREAM_CONCURRENT_MAX', 'streamed answers that run at once', {
    fallback: '64',
    min: 1,
  }),
  streamConcurrentPerUserMax: integer(
    'STREAM_CONCURRENT_PER_USER_MAX',
    'streamed answers of one user that run at once, for keys without a concurrent_max of their own',
    { fallback: '56', min: 1 },
  ),
  queryConcurrentMax: integer(
    'QUERY_CONCURRENT_MAX',
    'statements that run in ClickHouse at once; the last quarter of them only lookups, a half at most streams',
    { fallback: '128', min: 1 },
  ),
  queryConcurrentPerUserMax: integer(
    'QUERY_CONCURRENT_PER_USER_MAX',
    'lookups of one user that run at once, and other statements beside them, for keys without a concurrent_max of their own',
    { fallback: '8', min: 1 },
  ),
  queryQueueMax: integer('QUERY_QUEUE_MAX', 'statements that may wait for a place', {
    fallback: '256',
    min: 0,
  }),
  queryQueueWaitMs: integer(
    'QUERY_QUEUE_WAIT_MS',
    'a statement that found no place for this long ends as unavailable',
    { fallback: '10000', min: 1 },
  ),
  streamTimeoutMs: integer(
    'STREAM_TIMEOUT_MS',
    'a streamed answer may take this long from its first byte to its last, however slow its client is',
    { fallback: '900000', min: 1_000 },
  ),
  queryRowsToReadMax: integer(
    'QUERY_ROWS_TO_READ_MAX',
    'rows one query may have to look at; ClickHouse estimates them before the limit of a page, so keep it above the size of the table unless full scans are to be refused',
    { fallback: '10000000000', min: 1 },
  ),
} as const;
