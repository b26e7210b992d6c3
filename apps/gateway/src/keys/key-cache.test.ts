import { type ResolvedKey } from '@bigdata/models';
import { createKeyCache, type KeyCacheOptions } from './key-cache';

const key = (id: string): ResolvedKey => ({
  id,
  hash: 'h',
  pepper_id: null,
  user_id: 'u',
  role: 'user',
  scopes: null,
  allowed_addresses: null,
  fields: null,
  in_flight_max: null,
  query_limits: null,
  prices: null,
  erasure_mark: null,
  limits: [{ name: 'minute', limit: 1, window_s: 60 }],
});

function setUp(options: Partial<KeyCacheOptions> = {}) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const cache = createKeyCache({
    resolve: (keyId) => {
      asked.push(keyId);
      return Promise.resolve(key(keyId));
    },
    maxAgeMs: 500,
    clockMs: () => clock.ms,
    ...options,
  });
  return { cache, clock, asked };
}

test('an answer is used up to its age and then asked again', async () => {
  const { cache, clock, asked } = setUp();
  expect(await cache('a')).toEqual(key('a'));
  clock.ms = 500;
  await cache('a');
  expect(asked).toEqual(['a']);
  clock.ms = 501;
  await cache('a');
  expect(asked).toEqual(['a', 'a']);
});

test('the age counts from the question: whoever comes later does not share a slow answer', async () => {
  const answers: ((value: ResolvedKey | null) => void)[] = [];
  const { cache, clock } = setUp({
    resolve: () => new Promise((resolve) => answers.push(resolve)),
  });
  const early = cache('a');
  clock.ms = 400;
  const sharing = cache('a');
  clock.ms = 600;
  const late = cache('a');
  expect(answers).toHaveLength(2);
  answers[1]!(null);
  answers[0]!(key('a'));
  expect(await Promise.all([early, sharing, late])).toEqual([key('a'), key('a'), null]);
  expect(await cache('a')).toBeNull();
});

test('an id that stands for nothing is remembered, a failure is not', async () => {
  let calls = 0;
  const { cache } = setUp({
    resolve: (keyId) => {
      calls += 1;
      return keyId === 'none' ? Promise.resolve(null) : Promise.reject(new Error('away'));
    },
  });
  expect([await cache('none'), await cache('none')]).toEqual([null, null]);
  expect(calls).toBe(1);
  await expect(cache('failing')).rejects.toThrow('away');
  await expect(cache('failing')).rejects.toThrow('away');
  expect(calls).toBe(3);
});

test('it holds no more entries than it may, the oldest go first', async () => {
  const { cache, asked } = setUp({ entriesMax: 2 });
  for (const id of ['a', 'b', 'c', 'b', 'c', 'a']) await cache(id);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});

test('more look-ups at once than it may are refused rather than queued', async () => {
  const held = Promise.withResolvers<null>();
  const { cache } = setUp({ lookupsMax: 1, resolve: () => held.promise });
  const first = cache('a');
  await expect(cache('b')).rejects.toMatchObject({ code: 'unavailable' });
  held.resolve(null);
  await first;
  expect(await cache('b')).toBeNull();
});
