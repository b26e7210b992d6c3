import { type AppError, type RateLimit } from '@bigdata/models';
import { Secret } from '@bigdata/platform';
import { askRedis, eventually, redisPrefix, testServers } from '@bigdata/testing';
import fc from 'fast-check';
import { createKeyNames } from './key-names';
import { openRedis, type RedisConnection } from './open-redis';
import { createRateLimiter, type RateLimiter } from './rate-limiter';

const minute = (limit: number): RateLimit => ({ name: 'minute', limit, window_s: 60 });

describe('rate limiter', () => {
  const keys = createKeyNames(redisPrefix());
  const connections: RedisConnection[] = [];
  const limiters: RateLimiter[] = [];
  let users = 0;
  const nextUser = () => `user-${++users}`;

  beforeAll(async () => {
    for (let i = 0; i < 2; i += 1) {
      const redis = openRedis({
        url: new Secret(testServers().redisUrl),
        commandTimeoutMs: 5_000,
        onError: (error) => {
          throw error;
        },
      });
      await eventually(() => redis.ping());
      connections.push(redis);
      limiters.push(createRateLimiter(redis, keys, 60_000));
    }
  });

  afterAll(async () => {
    await Promise.all(connections.map((redis) => redis.close()));
  });

  const [first, second] = [0, 1].map((index): RateLimiter => ({
    consume: (userId, policies, inFlight) => limiters[index]!.consume(userId, policies, inFlight),
    release: (userId, id) => limiters[index]!.release(userId, id),
    extend: (userId, ids) => limiters[index]!.extend(userId, ids),
  })) as [RateLimiter, RateLimiter];

  test('counts down, then refuses with the seconds until one request fits', async () => {
    const user = nextUser();
    const remaining: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const decision = await first.consume(user, [minute(3)], null);
      expect(decision.admitted).toBe(true);
      expect(decision.retryAfterS).toBe(0);
      remaining.push(decision.policies[0]!.remaining);
    }
    expect(remaining).toEqual([2, 1, 0]);
    const refused = await first.consume(user, [minute(3)], null);
    expect(refused.admitted).toBe(false);
    expect(refused.policies[0]).toMatchObject({ name: 'minute', limit: 3, window_s: 60, remaining: 0 });
    expect(refused.retryAfterS).toBeGreaterThan(50);
    expect(refused.retryAfterS).toBeLessThanOrEqual(60);
  });

  test('a burst of twice the limit over two connections admits exactly the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (limit) => {
        const user = nextUser();
        const decisions = await Promise.all(
          Array.from({ length: 2 * limit }, (_, i) =>
            (i % 2 === 0 ? first : second).consume(user, [minute(limit)], null),
          ),
        );
        const remaining = decisions.filter(({ admitted }) => admitted).map((d) => d.policies[0]!.remaining);
        expect(remaining.sort((a, b) => b - a)).toEqual(
          Array.from({ length: limit }, (_, i) => limit - 1 - i),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('of requests that come together exactly as many as fit are admitted, the first ones, each told its own rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
        async (minuteLimit, dayLimit, places, crowds) => {
          const user = nextUser();
          const policies = [minute(minuteLimit), { name: 'day', limit: dayLimit, window_s: 86_400 }];
          let taken = 0;
          for (const [crowd, size] of crowds.entries()) {
            const decisions = await Promise.all(
              Array.from({ length: size }, (_, i) =>
                first.consume(user, policies, { id: `${crowd}-${i}`, max: places }),
              ),
            );
            for (const decision of decisions) {
              const admitted = taken < Math.min(minuteLimit, dayLimit, places);
              if (admitted) taken += 1;
              expect(decision).toMatchObject({
                admitted,
                policies: [{ remaining: minuteLimit - taken }, { remaining: dayLimit - taken }],
                inFlight: { remaining: places - taken },
              });
              expect(decision.retryAfterS > 0).toBe(!admitted && taken >= Math.min(minuteLimit, dayLimit));
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('over any span of one window no more than the limit is admitted, and capacity comes back', async () => {
    const user = nextUser();
    const policy: RateLimit = { name: 'second', limit: 25, window_s: 1 };
    const admitted: { sentMs: number; answeredMs: number }[] = [];
    const endMs = performance.now() + 3_500;
    const hammer = async (limiter: RateLimiter): Promise<void> => {
      while (performance.now() < endMs) {
        const sentMs = performance.now();
        const decision = await limiter.consume(user, [policy], null);
        if (decision.admitted) admitted.push({ sentMs, answeredMs: performance.now() });
      }
    };
    await Promise.all([hammer(first), hammer(first), hammer(second), hammer(second)]);
    admitted.sort((a, b) => a.answeredMs - b.answeredMs);
    for (const [index, { sentMs }] of admitted.entries()) {
      // Two calls that both began and ended within one second were surely admitted within one window.
      const within = admitted.slice(index).filter((other) => other.answeredMs - sentMs < 999);
      expect(within.length).toBeLessThanOrEqual(policy.limit);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(3 * policy.limit);
  });

  test('a request that one policy refuses takes nothing from the others', async () => {
    const user = nextUser();
    const policies = [minute(2), { name: 'day', limit: 100, window_s: 86_400 }];
    for (let i = 0; i < 2; i += 1) await first.consume(user, policies, null);
    for (let i = 0; i < 5; i += 1) {
      const refused = await second.consume(user, policies, null);
      expect(refused.admitted).toBe(false);
      expect(refused.policies.map(({ remaining }) => remaining)).toEqual([0, 98]);
      expect(refused.retryAfterS).toBeLessThanOrEqual(60);
    }
  });

  describe('requests in flight', () => {
    const begin = (limiter: RateLimiter, user: string, id: string, max = 3) =>
      limiter.consume(user, [minute(100)], { id, max });

    test('of a crowd over two connections exactly as many run as may, and the others cost nothing', async () => {
      const user = nextUser();
      const decisions = await Promise.all(
        Array.from({ length: 40 }, (_, i) => begin(i % 2 ? first : second, user, `r${i}`)),
      );
      expect(decisions.filter(({ admitted }) => admitted)).toHaveLength(3);
      const refused = await begin(first, user, 'late');
      expect(refused).toMatchObject({
        admitted: false,
        inFlight: { max: 3, remaining: 0 },
        retryAfterS: 0,
        policies: [{ remaining: 97 }],
      });
    });

    test('a place that is given back is free at once; giving back twice changes nothing', async () => {
      const user = nextUser();
      for (const id of ['a', 'b', 'c']) await begin(first, user, id);
      await second.release(user, 'b');
      await second.release(user, 'b');
      expect(await begin(first, user, 'd')).toMatchObject({ admitted: true, inFlight: { remaining: 0 } });
      expect((await begin(first, user, 'e')).admitted).toBe(false);
    });

    test('a place that nobody extends is free after its lease, one that is extended is not', async () => {
      const user = nextUser();
      const short = createRateLimiter(connections[0]!, keys, 400);
      await begin(short, user, 'dead', 2);
      await begin(short, user, 'alive', 2);
      const taken = await eventually(async () => {
        await short.extend(user, ['alive', 'never there']);
        const decision = await begin(short, user, 'next', 2);
        expect(decision.admitted).toBe(true);
        return decision;
      });
      expect(taken.inFlight).toEqual({ max: 2, remaining: 0 });
    });

    test('a request that a policy refuses takes no place', async () => {
      const user = nextUser();
      const consume = (id: string) => first.consume(user, [minute(1)], { id, max: 5 });
      await consume('a');
      expect(await consume('b')).toMatchObject({ admitted: false, inFlight: { remaining: 4 } });
    });

    test('places that are given back together are free together', async () => {
      const user = nextUser();
      for (const id of ['a', 'b', 'c']) await begin(first, user, id);
      await Promise.all(['a', 'b', 'never there'].map((id) => first.release(user, id)));
      expect(await begin(second, user, 'd')).toMatchObject({ admitted: true, inFlight: { remaining: 1 } });
    });
  });

  test('users do not share their limits', async () => {
    const [left, right] = [nextUser(), nextUser()];
    await first.consume(left, [minute(1)], null);
    expect((await first.consume(left, [minute(1)], null)).admitted).toBe(false);
    expect((await first.consume(right, [minute(1)], null)).admitted).toBe(true);
  });

  test('a lowered limit holds at once and waits for all that is too much', async () => {
    const user = nextUser();
    for (let i = 0; i < 10; i += 1) await first.consume(user, [minute(10)], null);
    const refused = await first.consume(user, [minute(4)], null);
    expect(refused).toMatchObject({ admitted: false, policies: [{ remaining: 0, limit: 4 }] });
    expect((await first.consume(user, [minute(11)], null)).admitted).toBe(true);
  });

  test('a server that forgot the script is taught it again without an error', async () => {
    const user = nextUser();
    await first.consume(user, [minute(5)], null);
    // As a restart or a failover does.
    expect(await askRedis(testServers().redisUrl, 'SCRIPT', 'FLUSH')).toBe('+OK');
    const decisions = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 ? first : second).consume(user, [minute(5)], null)),
    );
    expect(decisions.filter(({ admitted }) => admitted)).toHaveLength(4);
  });

  test('a connection that cannot be made refuses at once as unavailable', async () => {
    const errors: Error[] = [];
    const redis = openRedis({
      url: new Secret('redis://127.0.0.1:1'),
      onError: (error) => errors.push(error),
      commandTimeoutMs: 100,
    });
    try {
      await expect(redis.ping()).rejects.toMatchObject({ code: 'unavailable' } satisfies Partial<AppError>);
      await expect(
        createRateLimiter(redis, keys, 60_000).consume(nextUser(), [minute(1)], null),
      ).rejects.toMatchObject({
        code: 'unavailable',
      });
      await eventually(() => expect(errors).toHaveLength(1));
    } finally {
      await redis.close();
    }
  });
});
