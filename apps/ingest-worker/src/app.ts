/** The composition root: connects, wires, starts taking jobs. Nothing here waits for a server to be up. */
import { hostname } from 'node:os';
import { openClickHouse } from '@bigdata/clickhouse';
import { createServiceClient, type ServiceContext, type StartedService } from '@bigdata/platform';
import { createQueueWorker } from '@bigdata/queue';
import { type settings } from './config';
import { createIngestJob } from './jobs/ingest.job';
import { createJobControl } from './jobs/job-control';
import { createClickHouseLoader } from './load/clickhouse-loader';
import { createIngestMetrics } from './metrics';
import { createRetry } from './retry';
import { openSourceAccess } from './source/source-access';

/** An insert of one batch takes about a second; a server under strain gets this long. */
const INSERT_TIMEOUT_MS = 120_000;
const ADMIN_TIMEOUT_MS = 10_000;
/** A server that is away longer than this costs a try of the queue, which waits longer and longer. */
const RETRY_WINDOW_MS = 60_000;
/** admin-service takes a job for abandoned after 30 seconds without a word. */
const HEARTBEAT_MS = 5_000;
/** Some ranges at once, and the question whether the object is still the same. */
const S3_CONNECTIONS_PER_JOB = 8;

export async function start(context: ServiceContext<typeof settings>): Promise<StartedService> {
  const { config, logger, life, identity } = context;
  const metrics = createIngestMetrics(context.metrics);
  const clickhouse = life.use(
    'clickhouse',
    openClickHouse({
      url: config.clickhouseUrl,
      database: config.clickhouseDatabase,
      application: 'ingest-worker',
      requestTimeoutMs: INSERT_TIMEOUT_MS,
      connectionsMax: config.jobConcurrency + 2,
    }),
    (connection) => connection.close(),
  );
  const admin = life.use(
    'admin-service',
    createServiceClient({
      baseUrl: config.adminServiceUrl,
      identity,
      caller: { kind: 'service', name: 'ingest-worker' },
      timeoutMs: ADMIN_TIMEOUT_MS,
    }),
    (client) => client.close(),
  );
  const handler = createIngestJob({
    control: createJobControl(admin, `${hostname()}:${process.pid}`),
    loader: metrics.timed(createClickHouseLoader(clickhouse)),
    retry: createRetry({
      windowMs: RETRY_WINDOW_MS,
      firstPauseMs: 200,
      pauseMaxMs: 5_000,
      clockMs: Date.now,
      onRetry: (error) => logger.warn('waiting for a server', { code: error.code, ...error.context }),
    }),
    sources: await openSourceAccess(config, config.jobConcurrency * S3_CONNECTIONS_PER_JOB, life),
    limits: {
      bytesMax: config.batchBytes,
      rowsMax: config.batchRowsMax,
      fieldBytesMax: config.fieldBytesMax,
      rowBytesMax: config.rowBytesMax,
      columnsMax: config.columnsMax,
      rejectRatioMax: config.rejectRatioMax,
      rejectRatioRowsMin: config.rejectRatioRowsMin,
    },
    heartbeatMs: HEARTBEAT_MS,
    logger,
    metrics,
    clockMs: Date.now,
  });
  const worker = life.use(
    'queue',
    createQueueWorker({
      name: 'ingest',
      redisUrl: config.redisUrl,
      handler,
      logger,
      concurrency: config.jobConcurrency,
    }),
    (queue) => queue.close(),
  );
  return {
    checks: { clickhouse: () => clickhouse.ping(), redis: () => worker.ping(), admin: () => admin.ping() },
  };
}
