import { Secret } from '@bigdata/platform';
import { eventually, redisPrefix, testServers } from '@bigdata/testing';
import { type AnswerCache, createAnswerCache } from './answer-cache';
import { createKeyNames } from './key-names';
import { openRedis, type RedisConnection } from './open-redis';

const keys = createKeyNames(redisPrefix());
const connections: RedisConnection[] = [];

function open(url = testServers().redisUrl): AnswerCache {
  const redis = openRedis({ url: new Secret(url), onError: () => undefined, commandTimeoutMs: 5_000 });
  connections.push(redis);
  return createAnswerCache({ redis, keys, keepMs: 60_000, claimMs: 60_000 });
}

let caches: [AnswerCache, AnswerCache];
beforeAll(async () => {
  caches = [open(), open()];
  for (const redis of connections) await eventually(() => redis.ping());
});
afterAll(async () => {
  await Promise.all(connections.map((redis) => redis.close()));
});

test('callers of several processes get the answer that one of them made', async () => {
  let made = 0;
  const gate = Promise.withResolvers<undefined>();
  const make = async (): Promise<string> => {
    made += 1;
    await gate.promise;
    return `answer ${made}`;
  };
  const asked = Array.from({ length: 20 }, (_, index) => caches[index % 2 === 0 ? 0 : 1].get('shared', make));
  gate.resolve(undefined);
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['answer 1']));
  expect(await caches[0].get('shared', make)).toBe('answer 1');
  expect(made).toBe(1);
});

test('an answer that could not be made is made by the next', async () => {
  const failing = (): Promise<string> => Promise.reject(new Error('no answer'));
  await expect(caches[0].get('failing', failing)).rejects.toThrow('no answer');
  expect(await caches[1].get('failing', () => Promise.resolve('second'))).toBe('second');
});

test('without Redis everybody makes the answer for himself', async () => {
  const away = open('redis://127.0.0.1:1');
  let made = 0;
  const make = (): Promise<string> => Promise.resolve(`answer ${(made += 1)}`);
  expect([await away.get('away', make), await away.get('away', make)]).toEqual(['answer 1', 'answer 2']);
});
