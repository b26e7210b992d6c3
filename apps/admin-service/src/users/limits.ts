import { type RateLimit } from '@bigdata/models';

/** @param requestsPerMinute the user's own, or null for the default */
export function toLimits(requestsPerMinute: number | null, defaultRequestsPerMinute: number): RateLimit[] {
  return [{ name: 'minute', limit: requestsPerMinute ?? defaultRequestsPerMinute, window_s: 60 }];
}
