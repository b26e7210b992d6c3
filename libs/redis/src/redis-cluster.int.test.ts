/** What this library keeps, in a real Redis Cluster whose first node dies at the end. */
import { randomUUID } from 'node:crypto';
import { type RateLimit } from '@bigdata/models';
import { ConfigError, Secret } from '@bigdata/platform';
import {
  askRedis,
  eventually,
  redisPrefix,
  startRedisCluster,
  type TestRedisCluster,
} from '@bigdata/testing';
import { createAnswerCache } from './answer-cache';
import { connectCluster } from './connect-cluster';
import { createIdempotencyStore } from './idempotency-store';
import { createKeyNames } from './key-names';
import { openRedis, type RedisConnection } from './open-redis';
import { createRateLimiter } from './rate-limiter';

jest.setTimeout(120_000);

const USERS = 60;
/** A node is missed after a second, and then a replica is voted for. */
const WITHIN = { timeoutMs: 30_000 };
const LIMITS: readonly RateLimit[] = [
  { name: 'hour', limit: 5, window_s: 3_600 },
  { name: 'day', limit: 1_000, window_s: 86_400 },
];

const keys = createKeyNames(redisPrefix());
const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
let cluster: TestRedisCluster;
let connections: readonly [RedisConnection, RedisConnection];

beforeAll(async () => {
  cluster = await startRedisCluster();
  const open = () =>
    openRedis({
      url: new Secret(cluster.url),
      cluster: true,
      onError: () => undefined,
      commandTimeoutMs: 5_000,
    });
  connections = [open(), open()];
  for (const redis of connections) await eventually(() => redis.ping());
});

afterAll(async () => {
  await Promise.all(connections.map((redis) => redis.close()));
  await cluster.stop();
});

const isAdmitted = async (redis: RedisConnection, userId: string): Promise<boolean> =>
  (await createRateLimiter(redis, keys, 60_000).consume(userId, LIMITS, { id: randomUUID(), max: 100 }))
    .admitted;

test('limits hold exactly for many users at once, over all nodes', async () => {
  const asked = users.flatMap((user) =>
    Array.from({ length: 10 }, async (_, at) => ({
      user,
      admitted: await isAdmitted(connections[at % 2 === 0 ? 0 : 1], user),
    })),
  );
  const admitted = (await Promise.all(asked)).filter((answer) => answer.admitted).map(({ user }) => user);
  expect(admitted.sort()).toEqual(users.flatMap((user) => Array<string>(5).fill(user)).sort());
  for (const { url } of cluster.owners) {
    expect(Number((await askRedis(url, 'DBSIZE')).slice(1))).toBeGreaterThan(USERS / 10);
  }
});

test('nodes that have forgotten the scripts are given them again', async () => {
  for (const { url } of cluster.owners) await askRedis(url, 'SCRIPT', 'FLUSH');
  const answers = await Promise.all(users.map((user) => isAdmitted(connections[0], user)));
  expect(answers).toEqual(users.map(() => false));
});

test('answers are kept for retries and shared between processes', async () => {
  const [one, other] = connections.map((redis) =>
    createIdempotencyStore(redis, keys, { leaseMs: 60_000, lifeMs: 60_000, rerunsMax: 2 }),
  );
  for (const userId of users) {
    const request = { userId, keyDigest: randomUUID() };
    const owner = randomUUID();
    expect((await one!.begin(request, owner, 'f', 'm')).kind).toBe('run');
    expect((await other!.begin(request, randomUUID(), 'f', 'm')).kind).toBe('running');
    await one!.keep(request, owner, Buffer.from([0, 255]), 'm');
    await one!.end(request, owner, 'paid', '1');
    expect(await other!.begin(request, randomUUID(), 'f', 'm')).toMatchObject({
      kind: 'replay',
      answer: Buffer.from([0, 255]),
    });
  }
  const caches = connections.map((redis) =>
    createAnswerCache({ redis, keys, keepMs: 60_000, claimMs: 60_000 }),
  );
  let made = 0;
  const make = () => Promise.resolve(`made ${(made += 1)}`);
  const given = await Promise.all(caches.map((cache) => cache.get('question', make)));
  expect([given[0], made]).toEqual([given[1], 1]);
});

test('while slots move to another node limits hold, and no request is refused for it', async () => {
  const slotOf = async (userId: string): Promise<number> =>
    Number((await askRedis(cluster.url, 'CLUSTER', 'KEYSLOT', keys.inFlight(userId))).slice(1));
  const moving = new Map<string, number>();
  for (let index = 0; moving.size < 10; index += 1) {
    const slot = await slotOf(`moving-${index}`);
    if (slot > 5_500 && slot < 10_900) moving.set(`moving-${index}`, slot);
  }
  let [admitted, moved] = [0, false];
  const ask = async (redis: RedisConnection): Promise<void> => {
    for (let round = 0; round < 10 || !moved; round += 1) {
      const answers = await Promise.all([...moving.keys()].map((user) => isAdmitted(redis, user)));
      admitted += answers.filter(Boolean).length;
    }
  };
  const asking = Promise.all(connections.map(ask));
  for (const slot of moving.values()) await cluster.moveSlot(slot);
  moved = true;
  await asking;
  expect(admitted).toBe(moving.size * 5);
  for (const user of moving.keys()) {
    expect(await askRedis(cluster.owners[2]?.url ?? '', 'EXISTS', keys.inFlight(user))).toBe(':1');
  }
});

test('when all nodes go away and come back, limits are held there again', async () => {
  await cluster.away(async () => {
    await eventually(() => expect(connections[0].ping()).rejects.toMatchObject({ code: 'unavailable' }));
  });
  for (const redis of connections) await eventually(() => redis.ping());
  await eventually(async () => {
    const answers = await Promise.all(users.map((user) => isAdmitted(connections[1], user)));
    expect(answers).toEqual(users.map(() => false));
  }, WITHIN);
});

test('when a node dies its users are limited as before once its replica has taken over', async () => {
  await cluster.owners[0]?.stop();
  // Nobody is refused wrongly or admitted beyond his limit meanwhile: there is an answer or there is none.
  await eventually(async () => {
    expect(await Promise.all(users.map((user) => isAdmitted(connections[1], user)))).toEqual(
      users.map(() => false),
    );
  }, WITHIN);
});

test('a database in the URL is refused: a cluster has the first alone', () => {
  expect(() => connectCluster(new Secret('redis://127.0.0.1:1/3'), { nodes: {} })).toThrow(ConfigError);
});
