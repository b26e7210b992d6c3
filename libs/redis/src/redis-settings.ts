import { boolean, integer } from '@bigdata/platform';

/** Of every service that has a connection to Redis. */
export const redisServerSettings = {
  redisCluster: boolean(
    'REDIS_CLUSTER',
    'true: REDIS_URL names a node of a Redis Cluster, and the others are learnt from it',
    { fallback: 'false' },
  ),
} as const;

/** Of those that ask Redis while a request waits. */
export const redisSettings = {
  ...redisServerSettings,
  redisTimeoutMs: integer(
    'REDIS_TIMEOUT_MS',
    'longest wait for an answer of Redis; then the request goes on as it does while Redis is away',
    { fallback: '500', min: 10, max: 60_000 },
  ),
} as const;
