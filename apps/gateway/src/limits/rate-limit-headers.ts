/**
 * RateLimit-Policy and RateLimit as structured fields (draft-ietf-httpapi-ratelimit-headers-10), and the older
 * X-RateLimit-* of the policy that is nearest to its end. Seconds everywhere.
 */
import { type LimitDecision } from '@bigdata/redis';

export function rateLimitHeaders({
  policies,
  inFlight,
}: Pick<LimitDecision, 'policies' | 'inFlight'>): Readonly<Record<string, string>> {
  const nearest = policies.reduce((left, right) => (right.remaining < left.remaining ? right : left));
  return {
    'RateLimit-Policy': [
      ...policies.map(({ name, limit, window_s }) => `${quoted(name)};q=${limit};w=${window_s}`),
      ...(inFlight ? [`"in_flight";q=${inFlight.max};qu="concurrent-requests"`] : []),
    ].join(', '),
    RateLimit: [
      ...policies.map(({ name, remaining, resetS }) => `${quoted(name)};r=${remaining};t=${resetS}`),
      ...(inFlight ? [`"in_flight";r=${inFlight.remaining}`] : []),
    ].join(', '),
    'X-RateLimit-Limit': String(nearest.limit),
    'X-RateLimit-Remaining': String(nearest.remaining),
    'X-RateLimit-Reset': String(nearest.resetS),
  };
}

/** A String of RFC 9651 holds printable ASCII only. */
function quoted(name: string): string {
  return `"${name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
