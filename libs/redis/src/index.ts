export { type AnswerCache, type AnswerCacheOptions, createAnswerCache } from './answer-cache';
export {
  createIdempotencyStore,
  type IdempotencyClaim,
  type IdempotencyOutcome,
  type IdempotencyStore,
  type IdempotentRequest,
} from './idempotency-store';
export { type KeyNames, createKeyNames } from './key-names';
export { type RedisConnection, type RedisOptions, openRedis } from './open-redis';
export { connectCluster } from './connect-cluster';
export { redisServerSettings, redisSettings } from './redis-settings';
export {
  type ConsumedPolicy,
  type InFlight,
  type LimitDecision,
  type RateLimiter,
  createRateLimiter,
} from './rate-limiter';
