import { parseOptions } from './options';

const ROOT = '/repo';

test('without options or environment: home below the root, port 8080, sample wanted', () => {
  expect(parseOptions([], {}, ROOT)).toEqual({
    help: false,
    fresh: false,
    sample: true,
    verbose: false,
    home: '/repo/.bigdata',
    gatewayPort: 8080,
    distDir: '/repo/dist',
    launcher: null,
    clickhouseShards: 1,
    external: {},
  });
});

test('every option and variable has its effect', () => {
  const env = {
    BIGDATA_HOME: '/elsewhere',
    GATEWAY_PORT: '0',
    CLICKHOUSE_URL: 'http://c',
    DATABASE_URL: 'postgres://d',
    REDIS_URL: 'redis://r',
    BIGDATA_LAUNCHER: '/images/launch.js',
    CLICKHOUSE_SHARDS: '2',
  };
  expect(parseOptions(['--fresh', '--no-sample', '--verbose', '--help'], env, ROOT)).toMatchObject({
    help: true,
    fresh: true,
    sample: false,
    verbose: true,
    home: '/elsewhere',
    gatewayPort: 0,
    launcher: '/images/launch.js',
    clickhouseShards: 2,
    external: { clickhouseUrl: 'http://c', databaseUrl: 'postgres://d', redisUrl: 'redis://r' },
  });
});

test('an unknown option is refused with the help text', () => {
  expect(() => parseOptions(['--frehs'], {}, ROOT)).toThrow(/Unknown option --frehs[^]*--fresh/);
});

test.each(['80a', '-1', '65536', '8080.5'])('the gateway port %s is refused', (port) => {
  expect(() => parseOptions([], { GATEWAY_PORT: port }, ROOT)).toThrow(/GATEWAY_PORT must be a port/);
});

test.each(['0', '17', 'two'])('%s shards are refused', (shards) => {
  expect(() => parseOptions([], { CLICKHOUSE_SHARDS: shards }, ROOT)).toThrow(/CLICKHOUSE_SHARDS must be/);
});
