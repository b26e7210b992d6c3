/** Composition root: the only file that connects and wires. Everything may be away when the gateway starts. */
import {
  CHARGES_PER_BATCH_MAX,
  createPepper,
  type Price,
  PUBLIC_ROUTES,
  type RequestLogEntry,
  type ResolvedKey,
  type RouteContract,
  type Settlement,
} from '@bigdata/models';
import {
  createServiceClient,
  type Health,
  type HealthCheck,
  type ServiceContext,
  type StartedService,
} from '@bigdata/platform';
import { createIdempotencyStore, createKeyNames, createRateLimiter, openRedis } from '@bigdata/redis';
import { Pool } from 'undici';
import { createAccounts } from './accounts/accounts';
import { createApp } from './chain/create-app';
import { type Step } from './chain/run-chain';
import { createCharge } from './charges/charge';
import { createKnownBalances } from './charges/known-balances';
import { createWallets } from './charges/wallets';
import { type gatewaySettings } from './config';
import { createOutbox, type Outbox } from './delivery/outbox';
import { createOutboxMetrics, type OutboxName } from './delivery/outbox-metrics';
import { createCors } from './door/cors';
import { createClientAddress } from './door/client-address';
import { openDoor } from './door/open-door';
import { createBreakCircuit } from './guards/break-circuit';
import { type CircuitBreaker, createCircuitBreaker } from './guards/circuit-breaker';
import { createShedLoad } from './guards/shed-load';
import { createIdempotency } from './idempotency/idempotency';
import { createAnswerSeal } from './idempotency/kept-answer';
import { createAuthenticate } from './keys/authenticate';
import { createFailedAttempts } from './keys/failed-attempts';
import { createHashRenewal } from './keys/hash-renewal';
import { createKeyCache } from './keys/key-cache';
import { createKeyHashes } from './keys/key-hashes';
import { createLimit } from './limits/limit';
import { createLimits } from './limits/limits';
import { createLocalLimiter } from './limits/local-limiter';
import { mountPages } from './pages/mount-pages';
import { processesOf } from './processes/start-processes';
import { createProxy } from './proxy/proxy';
import { createReadBody } from './proxy/read-body';
import { createRecord } from './request-log/record';
import { createTraceRequest } from './request-log/trace-request';
import { createAdmit, createMatchRoute } from './routing/match-route';
import { createRouteTable } from './routing/route-table';

/** A call about keys or credits that takes longer than this is taken for lost. */
const ACCOUNT_CALL_TIMEOUT_MS = 3_000;
const CONNECTIONS_PER_SERVICE = 256;
const CONNECT_TIMEOUT_MS = 3_000;
const SETTLEMENTS_MAX = 100_000;
/** Longer ago than this, whoever else spends from a wallet may have emptied it. */
const KNOWN_BALANCE_MAX_AGE_MS = 60_000;
const KNOWN_BALANCES_MAX = 10_000;
const LOG_ENTRIES_MAX = 50_000;
const LOG_BATCH_MAX = 1_000;
const LOG_LINGER_MS = 200;
const SETTLE_LINGER_MS = 10;
/** A place in flight of a gateway that died is free after this. */
const IN_FLIGHT_LEASE_MS = 30_000;
/** A service that was restarted is asked again within a second; one that stays away twice a minute. */
const CIRCUIT_FAILURES_MAX = 20;
const CIRCUIT_PAUSE_MIN_MS = 500;
const CIRCUIT_PAUSE_MAX_MS = 30_000;
const IDEMPOTENCY_LIFE_MS = 24 * 3_600_000;
/** An answer that is too large to be kept is made anew, uncharged, this often at most. */
const IDEMPOTENCY_RERUNS_MAX = 3;
/** Of the time a stop has, for each of the two outboxes. */
const OUTBOX_CLOSE_MS = 8_000;

/** Whose answers decide whether the gateway is ready. */
export const GATEWAY_DEPENDENCIES = ['redis', 'admin-service', 'query-service'] as const;

export interface StartedGateway extends StartedService {
  readonly port: number;
}

export async function startGateway({
  config,
  logger,
  life,
  metrics,
  tracing,
  identity,
}: ServiceContext<typeof gatewaySettings>): Promise<StartedGateway> {
  const clockMs = (): number => performance.now();
  const stopping = new AbortController();
  life.onDrain(() => stopping.abort());
  const outboxMetrics = createOutboxMetrics(metrics);

  const redis = life.use(
    'redis',
    openRedis({
      url: config.redisUrl,
      cluster: config.redisCluster,
      commandTimeoutMs: config.redisTimeoutMs,
      onError: (error) => logger.warn('redis is away', { error }),
    }),
    (connection) => connection.close(),
  );
  const poolTo = (service: string, url: URL): Pool =>
    life.use(
      service,
      new Pool(url.origin, {
        connections: CONNECTIONS_PER_SERVICE,
        connectTimeout: CONNECT_TIMEOUT_MS,
        headersTimeout: config.upstreamTimeoutMs,
        bodyTimeout: config.upstreamTimeoutMs,
      }),
      (pool) => pool.close(),
    );
  const pools = {
    'query-service': poolTo('query-service', config.queryServiceUrl),
    'admin-service': poolTo('admin-service', config.adminServiceUrl),
  };
  const clientOf = (service: string, baseUrl: URL) =>
    life.use(
      `${service} client`,
      createServiceClient({
        baseUrl,
        identity,
        caller: { kind: 'service', name: 'gateway' },
        timeoutMs: ACCOUNT_CALL_TIMEOUT_MS,
      }),
      (client) => client.close(),
    );
  const adminService = clientOf('admin-service', config.adminServiceUrl);
  const queryService = clientOf('query-service', config.queryServiceUrl);
  const accounts = createAccounts(adminService);

  const outbox = <T>(
    name: OutboxName,
    options: Pick<Parameters<typeof createOutbox<T>>[0], 'deliver' | 'batchMax' | 'queueMax' | 'lingerMs'>,
  ): Outbox<T> =>
    life.use(
      name,
      createOutbox<T>({
        ...options,
        name,
        logger,
        ...outboxMetrics(name),
      }),
      (box) => box.close(OUTBOX_CLOSE_MS),
    );
  const entries = outbox<RequestLogEntry>('request log', {
    deliver: (items) => accounts.recordRequests(items),
    batchMax: LOG_BATCH_MAX,
    queueMax: LOG_ENTRIES_MAX,
    lingerMs: LOG_LINGER_MS,
  });
  const settlements = outbox<Settlement>('settlements', {
    deliver: (items) => accounts.settleCharges(items),
    batchMax: CHARGES_PER_BATCH_MAX,
    queueMax: SETTLEMENTS_MAX,
    lingerMs: SETTLE_LINGER_MS,
  });

  const keys = createKeyCache({
    resolve: (keyId) => accounts.resolveKey(keyId),
    maxAgeMs: config.keyCacheMs,
    clockMs,
  });
  const pepper = createPepper(config.keyPepper.reveal());
  const previousPeppers = config.keyPepperPrevious.map((secret) => createPepper(secret.reveal()));
  const keyNames = createKeyNames('bigdata:');
  const limits = life.use(
    'limits',
    createLimits({
      limiter: createRateLimiter(redis, keyNames, IN_FLIGHT_LEASE_MS),
      local: createLocalLimiter({
        clockMs,
        processes: Math.max(config.gatewayProcessesTotal, processesOf(config.gatewayProcesses)),
      }),
      leaseMs: IN_FLIGHT_LEASE_MS,
      clockMs,
      logger,
      metrics,
    }),
    (opened) => opened.close(),
  );
  const idempotencyStore = createIdempotencyStore(redis, keyNames, {
    leaseMs: config.idempotencyLeaseMs,
    lifeMs: IDEMPOTENCY_LIFE_MS,
    rerunsMax: IDEMPOTENCY_RERUNS_MAX,
  });
  const wallets = createWallets({
    reserveCharges: (charges, spans) => accounts.reserveCharges(charges, spans),
    settlements,
    balances: createKnownBalances({
      clockMs,
      maxAgeMs: KNOWN_BALANCE_MAX_AGE_MS,
      walletsMax: KNOWN_BALANCES_MAX,
    }),
    metrics,
  });

  const defaultPrice = { base: config.priceBaseCredits, per_record: config.pricePerRecordCredits };
  const priceOf = ({ id }: RouteContract, { prices }: ResolvedKey): Price => prices?.[id] ?? defaultPrice;

  const circuitState = metrics.gauge(
    'gateway_circuit_open',
    'Nothing is sent to a service that failed too often: 1, or 0.5 while one request tries',
    { service: ['query-service', 'admin-service'] },
    'max',
  );
  const circuitOf = (service: string): CircuitBreaker =>
    createCircuitBreaker({
      failuresMax: CIRCUIT_FAILURES_MAX,
      pauseMinMs: CIRCUIT_PAUSE_MIN_MS,
      pauseMaxMs: CIRCUIT_PAUSE_MAX_MS,
      clockMs,
      onState: (state) => {
        circuitState.set({ service }, state === 'closed' ? 0 : state === 'open' ? 1 : 0.5);
        if (state !== 'half_open') logger.warn('circuit', { to: service, state });
      },
    });
  const circuits = {
    'query-service': circuitOf('query-service'),
    'admin-service': circuitOf('admin-service'),
  };

  /** What a request passes, in this order. docs/request-path.md draws it. */
  const chain: readonly Step[] = [
    createRecord({
      ...{ entries, logger, metrics, clockMs },
      traceRequest: createTraceRequest({
        tracing,
        ratio: config.traceRatio,
        trustClients: config.traceTrustClients,
        random: Math.random,
      }),
      now: () => new Date(),
    }),
    createShedLoad(config.requestsMax, metrics),
    createMatchRoute(createRouteTable(PUBLIC_ROUTES)),
    createAuthenticate({
      keys,
      hashes: createKeyHashes(pepper, previousPeppers),
      renewHash: createHashRenewal({
        pepperId: pepper.id,
        renew: (renewed) => accounts.renewKeyHash(renewed),
        logger,
      }),
      clientAddress: createClientAddress(config.trustedProxies),
      attempts: createFailedAttempts({ perMinute: config.authFailuresPerMinute, clockMs }),
    }),
    createLimit(limits),
    createAdmit(config.bodyLimitBytes),
    createReadBody(config.bodyLimitBytes),
    createBreakCircuit(circuits),
    createIdempotency({
      store: idempotencyStore,
      seal: createAnswerSeal(config.keyPepper, config.keyPepperPrevious),
      answerBytesMax: config.idempotencyAnswerBytesMax,
      leaseMs: config.idempotencyLeaseMs,
      logger,
      metrics,
    }),
    createCharge({
      wallets,
      priceOf,
      streamRowsMax: config.streamRowsMax,
    }),
    createProxy({
      pools,
      identity,
      priceOf,
      clockMs,
      stalledClientMs: config.upstreamTimeoutMs,
      stopping: stopping.signal,
    }),
  ];

  let health: Health | null = null;
  const app = createApp({
    chain,
    health: {
      readiness: async () => (await health?.readiness()) ?? { ready: false, checks: { service: 'starting' } },
      drain: () => health?.drain(),
    },
    cors: createCors(config.corsOrigins),
    mountPages: (express) => mountPages(express, PUBLIC_ROUTES),
    clockMs,
  });
  const door = life.use('door', await openDoor(app, config.httpHost, config.httpPort), (opened) =>
    opened.close(),
  );
  logger.info('open', { port: door.port });
  return {
    port: door.port,
    checks: {
      redis: () => redis.ping(),
      'admin-service': () => adminService.ping(),
      'query-service': () => queryService.ping(),
    } satisfies Record<(typeof GATEWAY_DEPENDENCIES)[number], HealthCheck>,
    onHealth: (shown) => {
      health = shown;
    },
  };
}
