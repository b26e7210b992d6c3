import { Secret } from '@bigdata/platform';
import { eventually, testServers } from '@bigdata/testing';
import { openRedis, type RedisConnection } from './open-redis';

let redis: RedisConnection;

beforeAll(() => {
  redis = openRedis({
    url: new Secret(testServers().redisUrl),
    onError: () => undefined,
    commandTimeoutMs: 100,
  });
});
afterAll(() => redis.close());

function holdUp(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('an answer that came in time counts, however late the process gets to it', async () => {
  await eventually(() => redis.ping());
  const asked = redis.ping();
  await new Promise(setImmediate);
  holdUp(300);
  await asked;
});
