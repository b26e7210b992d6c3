/** Composition root: what the service is made of, and in which order it opens and closes. */
import { openClickHouse, openResultStreams } from '@bigdata/clickhouse';
import { createServiceApp, listen, type ServiceContext, type StartedService } from '@bigdata/platform';
import { createAnswerCache, createKeyNames, openRedis } from '@bigdata/redis';
import { createSelectRunner, type SelectRunner } from './clickhouse/select-runner';
import { createStatementGuard } from './clickhouse/statement-guard';
import { type StatementLimits } from './clickhouse/statement-limits';
import { createStatementMetrics } from './clickhouse/statement-metrics';
import { createStreamRunner } from './clickhouse/stream-runner';
import { type querySettings } from './config';
import { createCursorCodec } from './cursor/cursor-codec';
import { createErasureFilter } from './erasures/erasure-filter';
import { lookForPending } from './erasures/look-for-pending';
import { createFieldsRoute } from './fields/fields.route';
import { createLookupRepository } from './lookup/lookup.repository';
import { createLookupRoute } from './lookup/lookup.route';
import { createRecordsRepository } from './query/records.repository';
import { createExplainRoute } from './query/explain.route';
import { createQueryRoute } from './query/query.route';
import { createRejectsRepository } from './rejects/rejects.repository';
import { createRejectsRoute } from './rejects/rejects.route';
import { countAnswers } from './stats/count-answers';
import { createStatsRepository } from './stats/stats.repository';
import { createStatsRoute } from './stats/stats.route';
import { createRecordsStreamer } from './stream/stream-records';

/** A query of 200 conditions with long lists stays below it. */
const BODY_LIMIT_BYTES = 1_048_576;
/** ClickHouse ends a query by itself; only when it does not answer at all the client gives up, this much later. */
const CLIENT_PATIENCE_MS = 5_000;
/** Statistics are asked for by their state of the records, so old ones are only in the way. */
const STATS_KEPT_MS = 3_600_000;

export async function startQueryService({
  config,
  logger,
  life,
  metrics,
  tracing,
  identity,
}: ServiceContext<typeof querySettings>): Promise<StartedService> {
  const clickhouse = life.use(
    'clickhouse',
    openClickHouse({
      url: config.clickhouseUrl,
      database: config.clickhouseDatabase,
      cluster: config.clickhouseCluster,
      application: 'query-service',
      requestTimeoutMs: config.queryTimeoutMs + CLIENT_PATIENCE_MS,
      connectionsMax: config.clickhouseConnectionsMax,
    }),
    (opened) => opened.close(),
  );
  const redis = life.use(
    'redis',
    openRedis({
      url: config.redisUrl,
      cluster: config.redisCluster,
      commandTimeoutMs: config.redisTimeoutMs,
      onError: (error) => logger.warn('redis is away', { error }),
    }),
    (opened) => opened.close(),
  );
  const results = life.use(
    'clickhouse results',
    openResultStreams({
      url: config.clickhouseUrl,
      database: config.clickhouseDatabase,
      cluster: config.clickhouseCluster,
      application: 'query-service',
      connectionsMax: config.streamConcurrentMax,
      silenceMs: config.queryTimeoutMs + CLIENT_PATIENCE_MS,
    }),
    (opened) => opened.close(),
  );
  const limits: StatementLimits = {
    timeoutMs: config.queryTimeoutMs,
    memoryBytesMax: config.queryMemoryBytesMax,
    rowsToReadMax: config.queryRowsToReadMax,
  };
  const hideErased = createErasureFilter({
    hiding: clickhouse.tables.hidingSettings,
    look: () => lookForPending(clickhouse),
    clockMs: () => performance.now(),
  });
  const admit = createStatementGuard({
    concurrentMax: config.queryConcurrentMax,
    streamsMax: config.streamConcurrentMax,
    perUserMax: config.queryConcurrentPerUserMax,
    streamsPerUserMax: config.streamConcurrentPerUserMax,
    queueMax: config.queryQueueMax,
    waitMaxMs: config.queryQueueWaitMs,
    metrics,
  });
  const statementEnded = createStatementMetrics(metrics);
  const selectAs = (kind: 'lookup' | 'query'): SelectRunner =>
    createSelectRunner({
      ...{ clickhouse, limits, hideErased },
      admit: (context) => admit(kind, context),
      onEnded: statementEnded(kind),
    });
  const select = selectAs('query');
  const stream = createStreamRunner({
    results,
    clickhouse,
    limits,
    transferTimeoutMs: config.streamTimeoutMs,
    hideErased,
    admit: (context) => admit('stream', context),
    onOpened: statementEnded('stream'),
  });
  const cursors = createCursorCodec(config.cursorSecret, Date.now);
  const statsCache = countAnswers(
    createAnswerCache({
      redis,
      keys: createKeyNames('bigdata:'),
      keepMs: STATS_KEPT_MS,
      claimMs: config.queryQueueWaitMs + config.queryTimeoutMs + CLIENT_PATIENCE_MS,
    }),
    metrics,
  );
  const stats = createStatsRepository(select, clickhouse.tables);
  const records = createRecordsRepository(select, clickhouse.tables);
  const app = createServiceApp({
    bindings: [
      createQueryRoute({
        records,
        streamRecords: createRecordsStreamer(stream, config.streamRowsMax),
        cursors,
        nowMs: Date.now,
      }),
      createExplainRoute({ records, cursors, nowMs: Date.now }),
      createLookupRoute({ lookups: createLookupRepository(selectAs('lookup')), nowMs: Date.now }),
      createStatsRoute({ stats, cache: statsCache, nowMs: Date.now }),
      createFieldsRoute({ stats, cache: statsCache, nowMs: Date.now }),
      createRejectsRoute({ rejects: createRejectsRepository(select), cursors }),
    ],
    identity,
    logger,
    metrics,
    tracing,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    clockMs: () => performance.now(),
  });
  const door = life.use('http', await listen(app, config.httpHost, config.httpPort), (opened) =>
    opened.close(),
  );
  logger.info('listening', { host: config.httpHost, port: door.port });
  return { checks: { clickhouse: () => clickhouse.ping() } };
}
