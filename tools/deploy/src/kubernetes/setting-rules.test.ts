import { findSettingProblems, type SettingFacts } from './setting-rules';
import { assembleOverlay, type FindObject, type Loose } from './test-support/assemble-overlay';

const setting = (env: string, fallback: string | null, secret = false, optional = false) => ({
  env,
  describe: '',
  fallback,
  secret,
  optional,
});
const required = (env: string) => setting(env, null);
const secret = (env: string) => setting(env, null, true);

const COMMON = [
  setting('LOG_LEVEL', 'info'),
  setting('HTTP_HOST', '127.0.0.1'),
  setting('INTERNAL_PORT', '0'),
  setting('STOP_DEADLINE_MS', '25000'),
  secret('SERVICE_IDENTITY_SECRET'),
  secret('REDIS_URL'),
];

/** As much of what the services read as the overlays give; `npm run check:deploy` asks the services themselves. */
const FACTS: SettingFacts = {
  described: [
    [
      'gateway',
      [
        ...COMMON,
        setting('HTTP_PORT', '8080'),
        required('QUERY_SERVICE_URL'),
        required('ADMIN_SERVICE_URL'),
        secret('KEY_PEPPER'),
        setting('GATEWAY_PROCESSES_TOTAL', '1'),
        setting('TRUSTED_PROXIES', ''),
      ],
    ],
    [
      'query-service',
      [
        ...COMMON,
        setting('HTTP_PORT', '8081'),
        secret('CLICKHOUSE_URL'),
        setting('CLICKHOUSE_DATABASE', 'bigdata'),
        setting('CLICKHOUSE_CLUSTER', null, false, true),
        secret('CURSOR_SECRET'),
        ...[
          'CLICKHOUSE_CONNECTIONS',
          'QUERY_CONCURRENT_MAX',
          'STREAM_CONCURRENT_MAX',
          'QUERY_MEMORY_BYTES_MAX',
        ].map((env) => setting(env, '64')),
      ],
    ],
    [
      'admin-service',
      [
        ...COMMON,
        setting('HTTP_PORT', '8082'),
        secret('DATABASE_URL'),
        secret('KEY_PEPPER'),
        secret('ERASURE_KEY'),
        setting('ADMIN_API_KEY', null, true, true),
        required('INBOX_DIR'),
      ],
    ],
    [
      'ingest-worker',
      [
        ...COMMON,
        secret('CLICKHOUSE_URL'),
        setting('CLICKHOUSE_DATABASE', 'bigdata'),
        setting('CLICKHOUSE_CLUSTER', null, false, true),
        required('ADMIN_SERVICE_URL'),
        required('INBOX_DIR'),
        setting('INGEST_THREADS', '0'),
        setting('S3_SECRET_ACCESS_KEY', null, true, true),
      ],
    ],
  ],
  secrets: {
    'service-identity': ['service_identity_secret'],
    'key-pepper': ['key_pepper'],
    'admin-service': ['database_url', 'erasure_key', 'admin_api_key'],
    'query-service': ['clickhouse_url', 'cursor_secret'],
    'ingest-worker': ['clickhouse_url', 's3_secret_access_key'],
    redis: ['redis_url', 'redis_conf', 'redis_password', 'redis_address'],
    clickhouse: ['clickhouse_password'],
    postgres: ['postgres_password'],
  },
};

const container = (find: FindObject, service: string): Loose =>
  find(`Deployment ${service}`).spec.template.spec.containers[0];
const environmentOf = (find: FindObject, service: string, name: string): Loose =>
  container(find, service).env.find((entry: { name: string }) => entry.name === name);

it.each(['single', 'cluster'] as const)('holds for the overlay %s as it is', (name) => {
  expect(findSettingProblems(assembleOverlay(name), FACTS)).toEqual([]);
});

it.each<[string, (find: FindObject) => void, string]>([
  [
    'a setting is unknown',
    (find) => (find('ConfigMap gateway').data.QUERRY_URL = 'x'),
    'QUERRY_URL is no setting of gateway',
  ],
  [
    'a required one is missing',
    (find) => delete find('ConfigMap gateway').data.QUERY_SERVICE_URL,
    'QUERY_SERVICE_URL is required',
  ],
  [
    'a required secret is missing',
    (find) => container(find, 'gateway').env.splice(0, 1),
    'SERVICE_IDENTITY_SECRET is required',
  ],
  [
    'a secret is in a ConfigMap',
    (find) => {
      find('ConfigMap ingest-worker').data.CLICKHOUSE_URL = 'x';
      container(find, 'ingest-worker').env = [];
    },
    'CLICKHOUSE_URL is a secret, and stands in a ConfigMap',
  ],
  [
    'a secret is written out',
    (find) =>
      Object.assign(environmentOf(find, 'gateway', 'KEY_PEPPER'), { value: 'x', valueFrom: undefined }),
    'KEY_PEPPER is written out',
  ],
  [
    'nobody makes a Secret',
    (find) => (environmentOf(find, 'gateway', 'KEY_PEPPER').valueFrom.secretKeyRef.key = 'pepper'),
    'nobody makes a Secret key-pepper with pepper',
  ],
  [
    'a ConfigMap is not there',
    (find) => (container(find, 'gateway').envFrom[0].configMapRef.name = 'shared'),
    'ConfigMap shared',
  ],
  [
    'it listens to itself alone',
    (find) => delete find('ConfigMap common').data.HTTP_HOST,
    'HTTP_HOST lets nobody else in',
  ],
  [
    'its inner port is another',
    (find) => (find('ConfigMap common').data.INTERNAL_PORT = '9091'),
    'INTERNAL_PORT is not',
  ],
  [
    'its port is another',
    (find) => delete find('ConfigMap admin-service').data.HTTP_PORT,
    'HTTP_PORT is not its port http',
  ],
  [
    'it is killed before it has stopped',
    (find) => (find('ConfigMap common').data.STOP_DEADLINE_MS = '60000'),
    'is killed before',
  ],
  [
    'threads are more than processors',
    (find) => (find('ConfigMap ingest-worker').data.INGEST_THREADS = '8'),
    '8 threads on 2',
  ],
  [
    'gateways are counted wrong',
    (find) => (find('ConfigMap gateway').data.GATEWAY_PROCESSES_TOTAL = '2'),
    'and there may be 10',
  ],
  [
    'an image is no service',
    (find) => (container(find, 'gateway').image = 'bigdata-api/gate:0.1.0'),
    'which is no service',
  ],
  [
    'a claim is not there',
    (find) => (find('PersistentVolumeClaim inbox').metadata.name = 'uploads'),
    'mounts claim inbox, which is not there',
  ],
])('finds that %s', (_what, change, problem) => {
  const problems = findSettingProblems(assembleOverlay('cluster', change), FACTS);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join('\n')).toContain(problem);
});
