/** The whole gateway on free ports, wired as in production, with services that a test controls. */
import { PassThrough } from 'node:stream';
import {
  createHealth,
  createIdentityCodec,
  createLifecycle,
  createLogger,
  createMetrics,
  IDENTITY_HEADER,
  NO_TRACING,
  Secret,
  type VerifiedIdentity,
} from '@bigdata/platform';
import { eventually } from '@bigdata/testing';
import { startGateway } from '../app';
import { createFakeAdminService, type FakeAdminService } from './fake-admin-service';
import { type Answer, type FakeService, startFakeService } from './fake-service';
import { startTcpRelay, type TcpRelay } from './tcp-relay';

export const PEPPER = 'a pepper for tests that is long enough';

export interface TestGateway {
  readonly url: string;
  readonly admin: FakeAdminService;
  readonly query: FakeService;
  readonly redis: TcpRelay;
  /** With which the last request came to the query service; null when it was good for none. */
  readonly lastIdentity: () => VerifiedIdentity | null;
  /** Every line that was logged. */
  readonly logged: () => string;
  /** Only the gateway, as SIGTERM does. */
  stopGateway(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly redisUrl: string;
  readonly answer: Answer;
  readonly keyCacheMs?: number;
  /** A gateway whose services this one uses too; they end with the first. */
  readonly beside?: TestGateway;
  readonly upstreamTimeoutMs?: number;
  readonly bodyLimitBytes?: number;
  readonly requestsMax?: number;
  readonly authFailuresPerMinute?: number;
  readonly idempotencyLeaseMs?: number;
  readonly pricePerRecordCredits?: number;
  readonly trustedProxies?: readonly string[];
  /** The current one, and others that keys are valid under; one that is the same for all when left out. */
  readonly peppers?: readonly [string, ...string[]];
}

export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const identitySecret = new Secret('an identity secret for tests, long enough');
  const identity = createIdentityCodec(identitySecret, Date.now);
  const lines: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const logger = createLogger({ service: 'gateway', level: 'debug', format: 'json', stream });
  const { beside } = options;
  const admin = beside?.admin ?? createFakeAdminService({ identity, logger, pepper: PEPPER });
  if (!beside) await admin.start();
  const query = beside?.query ?? (await startFakeService(options.answer));
  const [pepper, ...previousPeppers] = options.peppers ?? [PEPPER];
  const redisUrl = new URL(options.redisUrl);
  const redis = await startTcpRelay({ host: redisUrl.hostname, port: Number(redisUrl.port) });
  redisUrl.port = String(redis.port);

  const life = createLifecycle({
    logger,
    deadlineMs: 10_000,
    exit: (code) => {
      throw new Error(`the gateway wanted to exit with ${code}`);
    },
  });
  const started = await startGateway({
    config: {
      logLevel: 'debug',
      logFormat: 'json',
      httpHost: '127.0.0.1',
      internalPort: 0,
      identitySecret,
      stopDeadlineMs: 10_000,
      otlpEndpoint: null,
      otlpHeaders: null,
      traceRatio: 0,
      traceTrustClients: false,
      httpPort: 0,
      queryServiceUrl: new URL(query.url),
      adminServiceUrl: new URL(admin.url),
      redisUrl: new Secret(redisUrl.href),
      redisCluster: false,
      // A process with several gateways and their clients may not hear Redis for long on a busy machine.
      redisTimeoutMs: 5_000,
      keyPepper: new Secret(pepper),
      keyPepperPrevious: previousPeppers.map((previous) => new Secret(previous)),
      trustedProxies: options.trustedProxies ?? [],
      bodyLimitBytes: options.bodyLimitBytes ?? 65_536,
      upstreamTimeoutMs: options.upstreamTimeoutMs ?? 10_000,
      gatewayProcesses: 1,
      gatewayProcessesTotal: 1,
      corsOrigins: ['https://app.example.com'],
      requestsMax: options.requestsMax ?? 2_000,
      authFailuresPerMinute: options.authFailuresPerMinute ?? 1_000,
      idempotencyAnswerBytesMax: 8_192,
      idempotencyLeaseMs: options.idempotencyLeaseMs ?? 10_000,
      priceBaseCredits: 1,
      pricePerRecordCredits: options.pricePerRecordCredits ?? 0,
      streamRowsMax: 1_000,
      keyCacheMs: options.keyCacheMs ?? 200,
    },
    logger,
    life,
    metrics: createMetrics('gateway'),
    tracing: NO_TRACING,
    identity,
  });
  started.onHealth?.(createHealth(started.checks, 1_000));
  const url = `http://127.0.0.1:${started.port}`;
  // Before it has its connection to Redis it would decide by itself, and count anew once it has.
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
  return {
    url,
    admin,
    query,
    redis,
    lastIdentity: () => {
      const { method = '', url: target = '', headers = {} } = query.seen.at(-1) ?? {};
      return identity.verify(String(headers[IDENTITY_HEADER]), { method, target });
    },
    logged: () => lines.join(''),
    stopGateway: () => life.stop('test'),
    async stop() {
      await life.stop('test');
      await Promise.all([redis.cut(), ...(beside ? [] : [admin.stop(), query.stop()])]);
    },
  };
}
