import { parseList } from 'structured-headers';
import { rateLimitHeaders } from './rate-limit-headers';

const policy = (name: string, limit: number, remaining: number) => ({
  name,
  limit,
  window_s: 60,
  remaining,
  resetS: 42,
});

test('the documented example', () => {
  expect(rateLimitHeaders({ policies: [policy('minute', 600, 599)], inFlight: null })).toEqual({
    'RateLimit-Policy': '"minute";q=600;w=60',
    RateLimit: '"minute";r=599;t=42',
    'X-RateLimit-Limit': '600',
    'X-RateLimit-Remaining': '599',
    'X-RateLimit-Reset': '42',
  });
});

test('the older headers tell of the policy that is nearest to its end', () => {
  const headers = rateLimitHeaders({
    policies: [policy('minute', 600, 30), policy('day', 1_000, 20)],
    inFlight: null,
  });
  expect(headers).toMatchObject({ 'X-RateLimit-Limit': '1000', 'X-RateLimit-Remaining': '20' });
});

test('a name that a structured string cannot hold still parses', () => {
  const { RateLimit } = rateLimitHeaders({ policies: [policy('a"b\\c é\n', 1, 1)], inFlight: null });
  expect(parseList(RateLimit!)[0]![0]).toBe('a"b\\c ??');
});

test('requests in flight are a policy of another unit, without a window', () => {
  const { RateLimit, 'RateLimit-Policy': policies } = rateLimitHeaders({
    policies: [policy('minute', 600, 599)],
    inFlight: { max: 8, remaining: 7 },
  });
  expect(policies).toBe('"minute";q=600;w=60, "in_flight";q=8;qu="concurrent-requests"');
  expect(RateLimit).toBe('"minute";r=599;t=42, "in_flight";r=7');
  expect(parseList(policies!)).toHaveLength(2);
});
