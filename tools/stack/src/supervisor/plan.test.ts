import { homeAt } from '../home/home';
import { planStack } from './plan';

const SECRETS = {
  key_pepper: 'pepper',
  erasure_key: 'erasure',
  service_identity_secret: 'identity',
  cursor_secret: 'cursor',
  clickhouse_password: 'c',
  postgres_password: 'p',
  redis_password: 'r',
  admin_key: 'bd_live_admin',
};

const plan = (env: NodeJS.ProcessEnv = {}) =>
  planStack({
    home: homeAt('/home/b'),
    secrets: SECRETS,
    connections: {
      databaseUrl: 'postgres://db',
      clickhouseUrl: 'http://ch',
      clickhouseDatabase: 'bigdata',
      clickhouseCluster: null,
      redisUrl: 'redis://r',
    },
    ports: {
      'admin-service': { http: 1, internal: 2 },
      'query-service': { http: 3, internal: 4 },
      'ingest-worker': { http: 5, internal: 6 },
      gateway: { http: 7, internal: 8 },
    },
    distDir: '/dist',
    env,
  });

const service = (name: string) => {
  const found = plan()
    .waves.flat()
    .find((spec) => spec.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};

test('the services the others call start before them', () => {
  expect(plan().waves.map((wave) => wave.map(({ name }) => name))).toEqual([
    ['admin-service', 'query-service'],
    ['ingest-worker', 'gateway'],
  ]);
});

test('only the owner of a store gets its address', () => {
  const holders = (variable: string) =>
    plan()
      .waves.flat()
      .filter(({ env }) => variable in env)
      .map(({ name }) => name);
  expect(holders('DATABASE_URL')).toEqual(['admin-service']);
  expect(holders('CLICKHOUSE_URL')).toEqual(['query-service', 'ingest-worker']);
  expect(holders('REDIS_URL')).toEqual(['admin-service', 'query-service', 'ingest-worker', 'gateway']);
  expect(holders('ADMIN_API_KEY')).toEqual(['admin-service']);
});

test('the gateway is told where the services listen and asks for readiness on its internal port', () => {
  expect(service('gateway')).toMatchObject({
    script: '/dist/gateway/main.js',
    url: 'http://127.0.0.1:7',
    readyUrl: 'http://127.0.0.1:8/readyz',
    env: {
      HTTP_PORT: '7',
      INTERNAL_PORT: '8',
      QUERY_SERVICE_URL: 'http://127.0.0.1:3',
      ADMIN_SERVICE_URL: 'http://127.0.0.1:1',
      KEY_PEPPER: 'pepper',
      SERVICE_IDENTITY_SECRET: 'identity',
    },
  });
});

test('files may be read from the home, unless other roots are given', () => {
  expect(service('ingest-worker').env['INGEST_FILE_ROOTS']).toBe('/home/b/files');
  const given = plan({ INGEST_FILE_ROOTS: '/data' });
  expect(given.waves.flat().map(({ env }) => env['INGEST_FILE_ROOTS'])).toEqual([
    '/data',
    undefined,
    '/data',
    undefined,
  ]);
});

test('both stores are migrated by their owners', () => {
  expect(plan().migrations.map(({ script, args }) => [script, ...args])).toEqual([
    ['/dist/admin-service/migrate.js', 'up'],
    ['/dist/ingest-worker/migrate.js', 'up'],
  ]);
});
