import { randomUUID } from 'node:crypto';
import { Secret } from '@bigdata/platform';
import { eventually, redisPrefix, testServers } from '@bigdata/testing';
import {
  createIdempotencyStore,
  type IdempotencyOutcome,
  type IdempotencyStore,
  type IdempotentRequest,
} from './idempotency-store';
import { createKeyNames } from './key-names';
import { openRedis, type RedisConnection } from './open-redis';

let redis: RedisConnection;
let store: IdempotencyStore;
let shortLeases: IdempotencyStore;
const keys = createKeyNames(redisPrefix());
const aRequest = (): IdempotentRequest => ({ userId: randomUUID(), keyDigest: 'digest' });
const MARK = 'mark';
const ANSWER = Buffer.from([0, 255, 10, 13, 128]);

beforeAll(async () => {
  redis = openRedis({
    url: new Secret(testServers().redisUrl),
    commandTimeoutMs: 5_000,
    onError: (error) => {
      throw error;
    },
  });
  await eventually(() => redis.ping());
  store = createIdempotencyStore(redis, keys, { leaseMs: 60_000, lifeMs: 60_000, rerunsMax: 2 });
  shortLeases = createIdempotencyStore(redis, keys, { leaseMs: 100, lifeMs: 60_000, rerunsMax: 2 });
});

afterAll(() => redis.close());

const attempt = async (
  request: IdempotentRequest,
  answer: Buffer | null,
  outcome: IdempotencyOutcome,
): Promise<string> => {
  const owner = randomUUID();
  const claim = await store.begin(request, owner, 'f', MARK);
  await store.keep(request, owner, answer, MARK);
  await store.end(request, owner, outcome, '41');
  return claim.kind;
};

test('of many who begin at once exactly one runs', async () => {
  const request = aRequest();
  const claims = await Promise.all(
    Array.from({ length: 50 }, () => store.begin(request, randomUUID(), 'f', MARK)),
  );
  expect(claims.map(({ kind }) => kind).sort()).toEqual(['run', ...Array<string>(49).fill('running')].sort());
});

test('a claim whose reply was lost is made again by its owner, and by nobody else', async () => {
  const request = aRequest();
  const owner = randomUUID();
  const claim = await store.begin(request, owner, 'f', MARK);
  expect(await store.begin(request, owner, 'f', MARK)).toEqual(claim);
  expect((await store.begin(request, randomUUID(), 'f', MARK)).kind).toBe('running');

  // Of answers that are made anew each counts once, the last one that may be too.
  await store.end(request, owner, 'paid', '41');
  await attempt(request, null, 'paid');
  const last = randomUUID();
  for (let time = 0; time < 2; time += 1) {
    expect((await store.begin(request, last, 'f', MARK)).kind).toBe('rerun');
  }
  await store.end(request, last, 'paid', '41');
  expect((await store.begin(request, randomUUID(), 'f', MARK)).kind).toBe('spent');
});

test('a paid answer is replayed byte for byte, with what was left then', async () => {
  const request = aRequest();
  await attempt(request, ANSWER, 'paid');
  expect(await store.begin(request, randomUUID(), 'f', MARK)).toEqual({
    kind: 'replay',
    answer: ANSWER,
    remaining: '41',
  });
});

test('another request under the same key is told so at every stage, and changes nothing', async () => {
  const request = aRequest();
  const owner = randomUUID();
  const other = () => store.begin(request, randomUUID(), 'other', MARK);
  await store.begin(request, owner, 'f', MARK);
  expect(await other()).toEqual({ kind: 'reused' });
  await store.keep(request, owner, ANSWER, MARK);
  expect(await other()).toEqual({ kind: 'reused' });
  await store.end(request, owner, 'paid', '');
  expect(await other()).toEqual({ kind: 'reused' });
  expect(await store.begin({ ...request, userId: randomUUID() }, randomUUID(), 'other', MARK)).toMatchObject({
    kind: 'run',
  });
});

test('a refused request leaves the key free', async () => {
  const request = aRequest();
  await attempt(request, null, 'refused');
  expect(await store.begin(request, 'o', 'other', MARK)).toEqual({
    kind: 'run',
    chargeId: 'o',
    answer: null,
  });
});

test('an answer that nobody took waits for the next attempt, which is a charge of its own', async () => {
  const request = aRequest();
  await attempt(request, ANSWER, 'undelivered');
  expect(await store.begin(request, 'second', 'f', MARK)).toEqual({
    kind: 'run',
    chargeId: 'second',
    answer: ANSWER,
  });
  await store.end(request, 'second', 'undelivered', '');
  expect(await attempt(request, ANSWER, 'paid')).toBe('run');
  expect(await attempt(request, ANSWER, 'paid')).toBe('replay');
});

test('an answer that is not kept is made anew a bounded number of times', async () => {
  const request = aRequest();
  expect(await attempt(request, null, 'paid')).toBe('run');
  expect(await attempt(request, null, 'refused')).toBe('rerun');
  expect(await attempt(request, null, 'undelivered')).toBe('rerun');
  expect(await attempt(request, null, 'paid')).toBe('spent');
});

test('a claim whose owner is silent is free after its lease, and goes on under the same charge', async () => {
  const request = aRequest();
  await shortLeases.begin(request, 'dead', 'f', MARK);
  expect(await shortLeases.begin(request, 'next', 'f', MARK)).toEqual({ kind: 'running' });
  const claim = await eventually(async () => {
    const taken = await shortLeases.begin(request, 'next', 'f', MARK);
    expect(taken.kind).toBe('run');
    return taken;
  });
  expect(claim).toEqual({ kind: 'run', chargeId: 'dead', answer: null });
  // The one that was believed dead cannot end what is no longer its own.
  expect(await shortLeases.extend(request, 'dead')).toBe(false);
  expect(await shortLeases.keep(request, 'dead', ANSWER, MARK)).toBe(false);
  await shortLeases.end(request, 'dead', 'paid', '');
  expect(await store.extend(request, 'next')).toBe(true);
  expect(await store.begin(request, 'third', 'f', MARK)).toEqual({ kind: 'running' });
});

test('while an answer is on its way, whoever asks again is told to wait', async () => {
  const request = aRequest();
  await store.begin(request, 'owner', 'f', MARK);
  await store.keep(request, 'owner', null, MARK);
  expect(await store.begin(request, 'second', 'f', MARK)).toEqual({ kind: 'delivering' });
});

test('an answer of another mark is not given: it is made anew, uncharged when it was paid for', async () => {
  const [paid, undelivered] = [aRequest(), aRequest()];
  await attempt(paid, ANSWER, 'paid');
  await attempt(undelivered, ANSWER, 'undelivered');
  const begin = (request: IdempotentRequest, owner: string, mark: string | null) =>
    store.begin(request, owner, 'f', mark);
  expect(await begin(paid, 'second', 'other')).toEqual({ kind: 'rerun', remaining: '41' });
  expect(await begin(undelivered, 'second', 'other')).toEqual({
    kind: 'run',
    chargeId: 'second',
    answer: null,
  });
  for (const request of [paid, undelivered]) {
    await store.keep(request, 'second', ANSWER, 'other');
    await store.end(request, 'second', 'paid', '41');
    expect((await begin(request, 'third', 'other')).kind).toBe('replay');
  }
});

test('without a mark no answer is kept, and none that was is given', async () => {
  const request = aRequest();
  await store.begin(request, 'first', 'f', null);
  await store.keep(request, 'first', ANSWER, null);
  await store.end(request, 'first', 'paid', '');
  expect((await store.begin(request, 'second', 'f', MARK)).kind).toBe('rerun');
  await store.keep(request, 'second', ANSWER, MARK);
  await store.end(request, 'second', 'paid', '');
  expect((await store.begin(request, 'third', 'f', null)).kind).toBe('rerun');
});
