import { request as httpRequest } from 'node:http';
import { eventually, testServers } from '@bigdata/testing';
import { type FakeUser } from '../test-support/fake-admin-service';
import { answerJson } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const ok = answerJson(200, { data: [] });
const gateways: TestGateway[] = [];
const AT_ONCE = 20;

beforeAll(async () => {
  const options = { redisUrl: testServers().redisUrl, answer: ok, keyCacheMs: 900 };
  gateways.push(await startTestGateway(options));
  for (let i = 0; i < 2; i += 1) {
    gateways.push(await startTestGateway({ ...options, beside: first() }));
  }
});

beforeEach(() => {
  first().query.answer = ok;
});

afterAll(async () => {
  for (const gateway of gateways.toReversed()) await gateway.stop();
});

function first(): TestGateway {
  const [gateway] = gateways;
  if (!gateway) throw new Error('no gateway was started');
  return gateway;
}

const query = ({ url }: TestGateway, { apiKey }: FakeUser): Promise<Response> =>
  fetch(`${url}/v1/query`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: '{}' });

/** Offered to all gateways in turn, so many at once. */
async function offer(user: FakeUser, requests: number): Promise<number[]> {
  const statuses: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) {
      const response = await query(gateways[next++ % gateways.length] ?? first(), user);
      await response.arrayBuffer();
      expect(response.headers.has('x-ratelimit-fallback')).toBe(false);
      statuses.push(response.status);
    }
  };
  await Promise.all(Array.from({ length: Math.min(requests, AT_ONCE) }, client));
  return statuses;
}

describe.each([0.5, 1, 2, 4])('three gateways under %s times the limit', (load) => {
  test.each([
    ['one policy', [{ name: 'minute', limit: 200, window_s: 60 }]],
    [
      'the tightest of several policies',
      [
        { name: 'second', limit: 1_000, window_s: 1 },
        { name: 'minute', limit: 200, window_s: 60 },
        { name: 'day', limit: 900, window_s: 86_400 },
      ],
    ],
  ])('admit what %s says, and charge for that alone', async (_name, limits) => {
    const offered = load * 200;
    const user = first().admin.addUser({ credits: 1_000, limits });
    const statuses = await offer(user, offered);
    const admitted = statuses.filter((status) => status === 200).length;
    expect(new Set(statuses.filter((status) => status !== 200))).toEqual(new Set(load > 1 ? [429] : []));
    expect(admitted).toBe(Math.min(offered, 200));
    expect(first().admin.balanceOf(user)).toBe(1_000 - admitted);
  });
});

test('requests in flight are limited over all gateways, shown in the headers, and free when they end', async () => {
  const user = first().admin.addUser({ in_flight_max: 3 });
  const release = Promise.withResolvers<undefined>();
  first().query.answer = (response) => void release.promise.then(() => response.end('{"data":[]}'));
  first().query.seen.length = 0;
  const running = gateways.map((gateway) => query(gateway, user));
  await eventually(() => expect(first().query.seen).toHaveLength(3));
  const refused = await query(first(), user);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('ratelimit')).toMatch(/^"minute";r=9997;t=\d+, "in_flight";r=0$/);
  expect(refused.headers.get('ratelimit-policy')).toContain('"in_flight";q=3;qu="concurrent-requests"');
  release.resolve(undefined);
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200]);
  await eventually(async () => expect((await offer(user, 3)).sort()).toEqual([200, 200, 200]));
});

test('a client that goes away gives its place back', async () => {
  const user = first().admin.addUser({ in_flight_max: 1 });
  first().query.answer = () => undefined;
  first().query.seen.length = 0;
  const leaving = httpRequest(`${first().url}/v1/query`, {
    method: 'POST',
    headers: { 'x-api-key': user.apiKey },
  });
  leaving.on('error', () => undefined);
  leaving.end('{}');
  await eventually(() => expect(first().query.seen).toHaveLength(1));
  leaving.destroy();
  first().query.answer = ok;
  await eventually(async () => expect((await query(first(), user)).status).toBe(200));
});

test('without Redis each gateway holds its part of the limits, says so, and goes back when Redis does', async () => {
  const user = first().admin.addUser({
    credits: 100,
    limits: [{ name: 'minute', limit: 5, window_s: 60 }],
    in_flight_max: 50,
  });
  await first().redis.cut();
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const response = await query(first(), user);
    statuses.push(response.status);
    expect(response.headers.get('x-ratelimit-fallback')).toBe('local');
    expect(response.headers.get('ratelimit')).toMatch(/^"minute";r=\d;t=\d+, "in_flight";r=\d+$/);
  }
  expect(statuses).toEqual([...Array<number>(5).fill(200), 429, 429, 429]);
  expect(first().admin.balanceOf(user)).toBe(95);
  await first().redis.restore();
  await eventually(async () => {
    const response = await query(first(), user);
    expect([response.status, response.headers.has('x-ratelimit-fallback')]).toEqual([200, false]);
  });
});
