export { freePort } from '@bigdata/stack';
export { type ClickHouseTestDatabase, createClickHouseDatabase } from './clickhouse-database';
export { eventually } from './eventually';
export { askRedis } from './ask-redis';
export { startRedisCluster, type TestRedisCluster } from './redis-cluster';
export { redisPrefix } from './redis-prefix';
export { openSeverableLink, type SeverableLink } from './severable-link';
export { type TestServers } from './test-environment';
export { testServers } from './test-servers';
export {
  type StackProcess,
  type StackProcessName,
  type StartStackOptions,
  startStack,
} from './stack-process';
