export { freePort } from '@bigdata/stack';
export { type ClickHouseTestDatabase, createClickHouseDatabase } from './clickhouse-database';
export { eventually } from './eventually';
export { redisPrefix } from './redis-prefix';
export { type RunningTestServers, startTestServers } from './running-test-servers';
export { openSeverableLink, type SeverableLink } from './severable-link';
export { type TestServers } from './test-environment';
export { testServers } from './test-servers';
