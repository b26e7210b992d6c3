/** In Redis Cluster a script may touch keys of one slot only. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
import { createAnswerCache } from './answer-cache';
import { createIdempotencyStore } from './idempotency-store';
import { createKeyNames } from './key-names';
import { type RedisConnection } from './open-redis';
import { createRateLimiter } from './rate-limiter';
import { type ScriptName, SCRIPTS } from './scripts';

const SLOTS = 16_384;

function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

/** Of what stands between the first brace and the next closing one, if anything does; else of the whole key. */
function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return crc16(close > open + 1 ? key.slice(open + 1, close) : key) % SLOTS;
}

/** Notes the keys of each script that is run, and answers nothing that anybody could use. */
function recordingRedis(calls: Map<ScriptName, readonly string[]>): RedisConnection {
  const run = (name: ScriptName, keys: readonly string[]): Promise<unknown> => {
    calls.set(name, keys);
    // The claim of an answer is ours, so that keeping it and giving it up are asked for too.
    return Promise.resolve(name === 'claimAnswer' ? [null, 1] : null);
  };
  return {
    runScript: run,
    runBinaryScript: run,
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

test('slots are those of the specification', () => {
  expect(crc16('123456789')).toBe(0x31c3);
  expect(slotOf('{user1000}.following')).toBe(slotOf('{user1000}.followers'));
  expect(slotOf('foo{}{bar}')).toBe(crc16('foo{}{bar}') % SLOTS);
  expect(slotOf('foo{{bar}}zap')).toBe(crc16('{bar') % SLOTS);
});

test('every script is given keys of one slot, and users are spread over slots', async () => {
  const calls = new Map<ScriptName, readonly string[]>();
  const redis = recordingRedis(calls);
  const keys = createKeyNames('bigdata:');
  const limiter = createRateLimiter(redis, keys, 1_000);
  const policies = ['second', 'minute', 'day'].map((name, at) => ({ name, limit: 10, window_s: 60 ** at }));
  const store = createIdempotencyStore(redis, keys, { leaseMs: 1, lifeMs: 1, rerunsMax: 1 });
  const request = { userId: 'u1', keyDigest: 'k1' };
  const cache = createAnswerCache({ redis, keys, keepMs: 1, claimMs: 1 });
  const inFlight = { id: 'r', max: 3 };
  await Promise.allSettled([
    limiter.consume('u1', policies, inFlight),
    limiter.release('u1', 'r'),
    limiter.extend('u1', ['r']),
    store.begin(request, 'o', 'f', 'm'),
    store.extend(request, 'o'),
    store.keep(request, 'o', null, 'm'),
    store.end(request, 'o', 'paid', '1'),
    cache.get('one', () => Promise.resolve('made')),
    cache.get('two', () => Promise.reject(new Error('failed'))),
  ]);
  expect([...calls.keys()].sort()).toEqual(Object.keys(SCRIPTS).sort());
  expect(calls.get('consumeLimits')).toHaveLength(4);
  for (const [script, touched] of calls) {
    expect([script, new Set(touched.map(slotOf)).size]).toEqual([script, 1]);
  }
  const users = Array.from({ length: 1_000 }, (_, at) => slotOf(keys.inFlight(`user-${at}`)));
  expect(new Set(users).size).toBeGreaterThan(900);
});
