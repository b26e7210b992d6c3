/** The composition root: connects, wires, starts taking work. Nothing here waits for a server to be up. */
import { hostname, availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { openClickHouse } from '@bigdata/clickhouse';
import { createServiceClient, type ServiceContext, type StartedService } from '@bigdata/platform';
import { createQueueWorker } from '@bigdata/queue';
import { type settings } from './config';
import { DECODE_LIMITS } from './decode/decompress';
import { createAnalyzeJob } from './jobs/analyze.job';
import { createEraseJob } from './erasures/erase.job';
import { createErasedList } from './erasures/erased-list';
import { createErasureControl } from './erasures/erasure-control';
import { createErasureStore } from './erasures/erasure-store';
import { createSuppressJob } from './erasures/suppress.job';
import { createPieceRunners, type LoadLimits } from './jobs/run-pieces';
import { createWorkControl } from './jobs/work-control';
import { createWorkJob } from './jobs/work.job';
import { createClickHouseLoader } from './load/clickhouse-loader';
import { createIngestMetrics } from './metrics';
import { createRetry } from './retry';
import { openSource } from './source/open-source';
import { openSourceAccess } from './source/source-access';
import { createThreadPool } from './threads/thread-pool';

/** An insert takes some seconds; counting and sealing a large load take minutes. */
const CLICKHOUSE_TIMEOUT_MS = 30 * 60_000;
const ADMIN_TIMEOUT_MS = 10_000;
/** A server that is away longer than this costs a try of the queue, which waits longer and longer. */
const RETRY_WINDOW_MS = 60_000;
/** admin-service takes a piece for abandoned after 30 seconds without a word. */
const HEARTBEAT_MS = 5_000;
/** Some ranges at once, and the question whether the object is still the same. */
const S3_CONNECTIONS_PER_JOB = 8;
/** While the server sorts and writes one insert, the next is on its way. */
const INSERTS_MAX = 2;
/** Rows live in buffers outside the heap: a small young generation is collected often and cheaply. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };
/** Analyses are short and somebody waits for them: they do not queue behind loads. */
const ANALYSES_AT_ONCE = 2;

/** Somebody waits for them, and they look through whole columns. */
const SUPPRESSIONS_AT_ONCE = 2;

export interface IngestWorkerParts {
  /** File that a worker thread runs. */
  readonly threadFile: string;
}

export async function startIngestWorker(
  context: ServiceContext<typeof settings>,
  { threadFile }: IngestWorkerParts,
): Promise<StartedService> {
  const { config, logger, life, tracing, identity } = context;
  const metrics = createIngestMetrics(context.metrics);
  const clickhouse = life.use(
    'clickhouse',
    openClickHouse({
      url: config.clickhouseUrl,
      database: config.clickhouseDatabase,
      cluster: config.clickhouseCluster,
      application: 'ingest-worker',
      requestTimeoutMs: CLICKHOUSE_TIMEOUT_MS,
      connectionsMax: config.jobConcurrency * INSERTS_MAX + SUPPRESSIONS_AT_ONCE + 3,
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
  const threadCount = config.ingestThreads === 0 ? availableParallelism() : config.ingestThreads;
  const threads = life.use(
    'threads',
    createThreadPool({
      threads: threadCount,
      spawn: () => new Worker(threadFile, { resourceLimits: THREAD_MEMORY }),
    }),
    (pool) => pool.close(),
  );
  const access = await openSourceAccess(config, config.jobConcurrency * S3_CONNECTIONS_PER_JOB, life);
  const limits: LoadLimits = {
    batchBytes: config.batchBytes,
    rangeBytes: config.rangeBytes,
    // Each thread fills one and has the next at hand; as many are on their way to ClickHouse.
    batchesMax: Math.max(4 * threadCount, config.jobConcurrency),
    insertsMax: INSERTS_MAX,
    insertBytes: config.insertBytes,
    fieldBytesMax: config.fieldBytesMax,
    rowBytesMax: config.rowBytesMax,
    columnsMax: config.columnsMax,
    depthMax: config.depthMax,
    rejectRatioMax: config.rejectRatioMax,
    rejectRatioRowsMin: config.rejectRatioRowsMin,
    decode: DECODE_LIMITS,
  };
  const control = createWorkControl(admin, `${hostname()}:${process.pid}`);
  const erasureControl = createErasureControl(admin);
  const retry = createRetry({
    windowMs: RETRY_WINDOW_MS,
    firstPauseMs: 200,
    pauseMaxMs: 5_000,
    clockMs: Date.now,
    onRetry: (error) => {
      metrics.countWait(error.code);
      logger.warn('waiting for a server', { code: error.code, ...error.context });
    },
  });
  const open = (source: string, signal: AbortSignal) => openSource(source, access, signal);
  const runners = createPieceRunners({
    ...{ control, retry, limits, metrics },
    threads: metrics.counted(threads),
    erased: createErasedList(erasureControl),
    loader: metrics.timed(createClickHouseLoader(clickhouse)),
    openSource: open,
  });
  const queue = { redisUrl: config.redisUrl, redisCluster: config.redisCluster, logger, tracing };
  const work = life.use(
    'queue',
    createQueueWorker({
      ...queue,
      name: 'ingest',
      handler: createWorkJob({
        ...{ control, runners, retry, logger, metrics },
        heartbeatMs: HEARTBEAT_MS,
        clockMs: Date.now,
      }),
      concurrency: config.jobConcurrency,
    }),
    (worker) => worker.close(),
  );
  const recall = (fingerprint: string) => control.recallMapping(fingerprint);
  life.use(
    'analyze queue',
    createQueueWorker({
      ...queue,
      name: 'analyze',
      handler: createAnalyzeJob({ admin, openSource: open, recall, limits, logger, clockMs: Date.now }),
      concurrency: ANALYSES_AT_ONCE,
    }),
    (worker) => worker.close(),
  );
  const erasing = {
    control: erasureControl,
    store: createErasureStore(clickhouse),
    logger,
    clockMs: Date.now,
  };
  life.use(
    'suppress queue',
    createQueueWorker({
      ...queue,
      name: 'suppress',
      handler: createSuppressJob(erasing),
      concurrency: SUPPRESSIONS_AT_ONCE,
    }),
    (worker) => worker.close(),
  );
  life.use(
    'erase queue',
    createQueueWorker({ ...queue, name: 'erase', handler: createEraseJob(erasing) }),
    (worker) => worker.close(),
  );
  return {
    checks: { clickhouse: () => clickhouse.ping(), redis: () => work.ping(), admin: () => admin.ping() },
  };
}
