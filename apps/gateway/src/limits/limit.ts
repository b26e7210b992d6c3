import { AppError } from '@bigdata/models';
import { type RateLimiter } from '@bigdata/redis';
import { type Step } from '../chain/run-chain';
import { rateLimitHeaders } from './rate-limit-headers';

/** Counts every request of a known key, and tells it on every answer what is left. */
export function createLimit(limiter: RateLimiter): Step {
  return async (exchange, next) => {
    if (!exchange.key) throw new Error('a request without a key is refused before it is counted');
    const { user_id, limits } = exchange.key;
    const decision = await exchange.timed('limit', limiter.consume(user_id, limits));
    for (const [name, value] of Object.entries(rateLimitHeaders(decision.policies))) {
      exchange.response.setHeader(name, value);
    }
    if (!decision.admitted) {
      throw new AppError('rate_limited', {
        detail: `Too many requests. Try again in ${decision.retryAfterS} s.`,
        retryAfterS: Math.max(1, decision.retryAfterS),
      });
    }
    await next();
  };
}
