import { AppError } from '@bigdata/models';
import { type Step } from '../chain/run-chain';
import { type Limits } from './limits';
import { rateLimitHeaders } from './rate-limit-headers';

/** Counts every request of a known key, and tells it on every answer what is left. */
export function createLimit(limits: Limits): Step {
  return async (exchange, next) => {
    if (!exchange.key) throw new Error('a request without a key is refused before it is counted');
    const admitted = await exchange.timed('limit', limits.consume(exchange.key));
    for (const [name, value] of Object.entries(rateLimitHeaders(admitted))) {
      exchange.response.setHeader(name, value);
    }
    if (admitted.local) exchange.response.setHeader('X-RateLimit-Fallback', 'local');
    if (!admitted.admitted) {
      const tooMany = admitted.policies.some(({ remaining }) => remaining === 0);
      const retryAfterS = Math.max(1, admitted.retryAfterS);
      throw new AppError('rate_limited', {
        detail: tooMany
          ? `Too many requests. Try again in ${retryAfterS} s.`
          : 'Too many requests at once. Wait until one of those that are running has ended.',
        retryAfterS,
      });
    }
    try {
      await next();
    } finally {
      admitted.release();
    }
  };
}
