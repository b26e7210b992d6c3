/** The whole service on a free port, called as the gateway calls it. */
import { migrateUp, openClickHouse, type ClickHouse } from '@bigdata/clickhouse';
import { type Price, type QueryLimits, type RecordFieldName, ROUTES, type Role } from '@bigdata/models';
import {
  type Caller,
  createHealth,
  createIdentityCodec,
  createLifecycle,
  createLogger,
  createMetrics,
  type Health,
  IDENTITY_HEADER,
  NO_TRACING,
  Secret,
} from '@bigdata/platform';
import { startQueryService } from '../app';

export interface TestService {
  readonly clickhouse: ClickHouse;
  readonly health: Health;
  query(body: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  /** As the gateway calls for a user, whose key may have a mask of fields, and who may be told a price. */
  ask(
    path: string,
    init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
    terms?: { readonly fields?: RecordFieldName[]; readonly queryPrice?: Price },
  ): Promise<TestAnswer>;
  /** As it comes: its body is not read yet. */
  open(
    body: unknown,
    headers: Readonly<Record<string, string>>,
    options?: { readonly queryLimits?: Partial<QueryLimits>; readonly signal?: AbortSignal },
  ): Promise<Response>;
  /** For clients that fetch is too comfortable for. */
  readonly queryUrl: string;
  /** Of one request to `queryUrl`. */
  queryHeaders(): Readonly<Record<string, string>>;
  rejects(jobId: string, search: string, role: Role): Promise<TestAnswer>;
  /** As it comes: its body is not read yet. */
  openRejects(jobId: string, accept: string): Promise<Response>;
  /** As it is, without an identity. */
  send(path: string, init: RequestInit): Promise<TestAnswer>;
  stop(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface TestServiceOptions {
  /** Where the service reaches ClickHouse. */
  readonly clickhouseUrl: string;
  /** Where the test reaches it; default: the same. */
  readonly directClickhouseUrl?: string;
  /** Default: one that is away. */
  readonly redisUrl?: string;
  readonly database: string;
  /** Default: one server. */
  readonly cluster?: string | null;
  readonly port: number;
  readonly limits?: {
    readonly queryTimeoutMs?: number;
    readonly queryRowsToReadMax?: number;
    readonly queryMemoryBytesMax?: number;
    readonly streamRowsMax?: number;
    readonly queryConcurrentMax?: number;
    readonly queryConcurrentPerUserMax?: number;
    readonly queryQueueMax?: number;
    readonly queryQueueWaitMs?: number;
  };
}

/** Of every request that is signed here. */
export const SIGNED_REQUEST_ID = 'request-0001';

const NO_LIMITS: QueryLimits = {
  rows_max: null,
  timeout_ms: null,
  memory_bytes_max: null,
  rows_to_read_max: null,
  concurrent_max: null,
};

export async function startTestService(options: TestServiceOptions): Promise<TestService> {
  const { clickhouseUrl, database, cluster = null, port, limits } = options;
  const logger = createLogger({ service: 'query-service', level: 'error', format: 'json' });
  const life = createLifecycle({ logger, deadlineMs: 10_000, exit: () => undefined });
  const clickhouse = life.use(
    'direct clickhouse',
    openClickHouse({
      url: new Secret(options.directClickhouseUrl ?? clickhouseUrl),
      database,
      cluster,
      application: 'test',
      requestTimeoutMs: 30_000,
      connectionsMax: 4,
    }),
    (opened) => opened.close(),
  );
  await migrateUp(clickhouse);
  const identitySecret = new Secret('identity-secret-of-the-service-tests');
  const identity = createIdentityCodec(identitySecret, Date.now);
  const { checks } = await startQueryService({
    config: {
      logLevel: 'error',
      logFormat: 'json',
      httpHost: '127.0.0.1',
      internalPort: 0,
      identitySecret,
      stopDeadlineMs: 10_000,
      otlpEndpoint: null,
      otlpHeaders: null,
      httpPort: port,
      clickhouseUrl: new Secret(clickhouseUrl),
      clickhouseDatabase: database,
      clickhouseCluster: cluster,
      clickhouseConnectionsMax: 16,
      redisUrl: new Secret(options.redisUrl ?? 'redis://127.0.0.1:1'),
      redisCluster: false,
      redisTimeoutMs: 5_000,
      cursorSecret: new Secret('cursor-secret-of-the-service-tests-32'),
      queryTimeoutMs: 20_000,
      queryMemoryBytesMax: 2_000_000_000,
      queryRowsToReadMax: 1_000_000_000,
      streamRowsMax: 1_000_000,
      streamTimeoutMs: 60_000,
      streamConcurrentMax: 64,
      streamConcurrentPerUserMax: 56,
      queryConcurrentMax: 128,
      queryConcurrentPerUserMax: 8,
      queryQueueMax: 256,
      queryQueueWaitMs: 10_000,
      ...limits,
    },
    logger,
    life,
    metrics: createMetrics('query-service'),
    tracing: NO_TRACING,
    identity,
  });

  const send = async (path: string, init: RequestInit): Promise<TestAnswer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return {
      status: response.status,
      headers: response.headers,
      body: response.status === 304 ? null : await response.json(),
    };
  };
  /** Headers of one request. */
  const signed = (
    role: Role,
    method: string,
    path: string,
    terms: { fields?: RecordFieldName[]; queryPrice?: Price; queryLimits?: Partial<QueryLimits> } = {},
  ): Record<string, string> => {
    const { queryLimits, ...rest } = terms;
    const caller: Caller = {
      kind: 'user',
      userId: 'u1',
      role,
      keyId: 'k1',
      ...rest,
      ...(queryLimits ? { queryLimits: { ...NO_LIMITS, ...queryLimits } } : {}),
    };
    const { href, origin } = new URL(path, 'http://service');
    const line = { method, target: href.slice(origin.length) };
    return { [IDENTITY_HEADER]: identity.sign({ caller, requestId: SIGNED_REQUEST_ID }, line) };
  };
  const signedQuery = (queryLimits?: Partial<QueryLimits>): Record<string, string> => ({
    'content-type': 'application/json',
    ...signed('user', 'POST', ROUTES.runQuery.path, queryLimits ? { queryLimits } : {}),
  });
  const rejectsPath = (jobId: string): string => ROUTES.listRejects.path.replace('{id}', jobId);
  return {
    clickhouse,
    health: createHealth(checks),
    send,
    query: (body, headers = {}) =>
      send(ROUTES.runQuery.path, {
        method: 'POST',
        headers: { ...signedQuery(), ...headers },
        body: JSON.stringify(body),
      }),
    ask: (path, init = {}, terms = {}) =>
      send(path, {
        ...init,
        headers: { ...signed('user', init.method ?? 'GET', path, terms), ...init.headers },
      }),
    queryUrl: `http://127.0.0.1:${port}${ROUTES.runQuery.path}`,
    queryHeaders: () => signedQuery(),
    open: (body, headers, { queryLimits, signal } = {}) =>
      fetch(`http://127.0.0.1:${port}${ROUTES.runQuery.path}`, {
        method: 'POST',
        headers: { ...signedQuery(queryLimits), ...headers },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      }),
    rejects: (jobId, search, role) => {
      const path = `${rejectsPath(jobId)}${search}`;
      return send(path, { headers: signed(role, 'GET', path) });
    },
    openRejects: (jobId, accept) => {
      const path = rejectsPath(jobId);
      const headers = { ...signed('admin', 'GET', path), accept };
      return fetch(`http://127.0.0.1:${port}${path}`, { headers });
    },
    stop: () => life.stop('end of the test'),
  };
}
