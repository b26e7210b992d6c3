import path from 'node:path';
import { type Home } from '../home/home';
import { type Secrets } from '../home/secrets';

/** What the services are connected to. */
export type Connections = {
  databaseUrl: string;
  clickhouseUrl: string;
  clickhouseDatabase: string;
  /** Null: one server. */
  clickhouseCluster: string | null;
  redisUrl: string;
};

export const SERVICE_NAMES = ['admin-service', 'query-service', 'ingest-worker', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The public (gateway) or service-to-service port, and the internal one of /readyz and /metrics. */
export type ServicePorts = Record<ServiceName, { http: number; internal: number }>;

export type ProgramSpec = { name: string; script: string; args: string[]; env: Record<string, string> };

export type ServiceSpec = ProgramSpec & { name: ServiceName; readyUrl: string; url: string };

export type StackPlan = {
  migrations: ProgramSpec[];
  /** Each wave starts when the one before it is ready. */
  waves: ServiceSpec[][];
};

export type PlanInput = {
  home: Home;
  secrets: Secrets;
  connections: Connections;
  ports: ServicePorts;
  distDir: string;
  env: NodeJS.ProcessEnv;
};

/** Past this a service stops draining; the supervisor kills it some seconds later. */
export const SERVICE_DRAIN_MS = 10_000;

/**
 * The worker's rows live in buffers outside the heap. Few arenas of the C library, mappings of their own for large
 * buffers, and a bounded heap keep what is free from piling up: see docs/ingest-path.md, "Memory". The image of the service
 * says the same.
 */
const SMALL_MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=320',
};

/** Which programs run, with which environment. Pure: the whole stack as data. */
export function planStack({ home, secrets, connections, ports, distDir, env }: PlanInput): StackPlan {
  const { databaseUrl, clickhouseUrl, clickhouseDatabase, clickhouseCluster, redisUrl } = connections;
  const script = (project: string, file: string) => path.join(distDir, project, file);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const clickhouse = {
    CLICKHOUSE_URL: clickhouseUrl,
    CLICKHOUSE_DATABASE: clickhouseDatabase,
    ...(clickhouseCluster !== null && { CLICKHOUSE_CLUSTER: clickhouseCluster }),
  };
  const files = {
    INBOX_DIR: home.inboxDir,
    INGEST_FILE_ROOTS: env['INGEST_FILE_ROOTS'] ?? home.filesDir,
  };
  const service = (name: ServiceName, own: Record<string, string>): ServiceSpec => ({
    name,
    script: script(name, 'main.js'),
    args: [],
    url: at(ports[name].http),
    readyUrl: `${at(ports[name].internal)}/readyz`,
    env: {
      NODE_ENV: 'production',
      LOG_LEVEL: env['LOG_LEVEL'] ?? 'info',
      LOG_FORMAT: 'json',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(ports[name].http),
      INTERNAL_PORT: String(ports[name].internal),
      SERVICE_IDENTITY_SECRET: secrets.service_identity_secret,
      STOP_DEADLINE_MS: String(SERVICE_DRAIN_MS),
      ...own,
    },
  });
  return {
    migrations: [
      {
        name: 'migrate-postgres',
        script: script('admin-service', 'migrate.js'),
        args: ['up'],
        env: { DATABASE_URL: databaseUrl },
      },
      {
        name: 'migrate-clickhouse',
        script: script('ingest-worker', 'migrate.js'),
        args: ['up'],
        env: clickhouse,
      },
    ],
    waves: [
      [
        service('admin-service', {
          DATABASE_URL: databaseUrl,
          REDIS_URL: redisUrl,
          KEY_PEPPER: secrets.key_pepper,
          ERASURE_KEY: secrets.erasure_key,
          ADMIN_API_KEY: secrets.admin_key,
          ...files,
        }),
        service('query-service', {
          ...clickhouse,
          REDIS_URL: redisUrl,
          CURSOR_SECRET: secrets.cursor_secret,
        }),
      ],
      [
        service('ingest-worker', {
          ...clickhouse,
          REDIS_URL: redisUrl,
          ADMIN_SERVICE_URL: at(ports['admin-service'].http),
          ...files,
          ...unlessSet(SMALL_MEMORY, env),
        }),
        service('gateway', {
          QUERY_SERVICE_URL: at(ports['query-service'].http),
          ADMIN_SERVICE_URL: at(ports['admin-service'].http),
          REDIS_URL: redisUrl,
          KEY_PEPPER: secrets.key_pepper,
        }),
      ],
    ],
  };
}

/** What the environment says itself goes before. */
function unlessSet(
  defaults: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, env[name] ?? value]));
}
