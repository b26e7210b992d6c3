/** Settings of every service that asks Redis while a request waits. */
import { integer } from '@bigdata/platform';

export const redisSettings = {
  redisTimeoutMs: integer(
    'REDIS_TIMEOUT_MS',
    'longest wait for an answer of Redis; then the request goes on as it does while Redis is away',
    { fallback: '500', min: 10, max: 60_000 },
  ),
} as const;
