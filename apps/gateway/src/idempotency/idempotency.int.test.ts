import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { eventually, testServers } from '@bigdata/testing';
import { type FakeUser } from '../test-support/fake-admin-service';
import { answerJson, answerProblem } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

let gateway: TestGateway;
let user: FakeUser;
let answered = 0;

/** Every answer of the service is another one. */
const counted = (response: Parameters<TestGateway['query']['answer']>[0], bytes = 0): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'x-bigdata-rows': '2', etag: '"e"' });
  response.end(JSON.stringify({ answered: (answered += 1), padding: 'x'.repeat(bytes) }));
};

beforeAll(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: (response) => counted(response),
    upstreamTimeoutMs: 5_000,
    idempotencyLeaseMs: 600,
  });
});

beforeEach(() => {
  gateway.admin.erasureMark = 'none';
  user = gateway.admin.addUser({ credits: 10 });
  gateway.query.answer = (response) => counted(response);
  gateway.query.seen.length = 0;
});

afterAll(() => gateway.stop());

const query = (
  idempotencyKey: string,
  body = '{}',
  headers: Record<string, string> = {},
  path = '/v1/query',
): Promise<Response> =>
  fetch(gateway.url + path, {
    method: 'POST',
    body,
    headers: {
      'x-api-key': user.apiKey,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
      ...headers,
    },
  });

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { code: unknown }).code;

test('a retry gets the stored answer, marked, and is charged nothing', async () => {
  const key = randomUUID();
  const first = await query(key);
  const firstText = await first.text();
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  for (const spelling of [key, `"${key}"`, `  ${key} `]) {
    const retry = await query(spelling);
    expect(retry.status).toBe(200);
    expect(await retry.text()).toBe(firstText);
    expect(retry.headers.get('idempotency-replayed')).toBe('true');
    expect(retry.headers.get('content-type')).toBe('application/json');
    expect(retry.headers.get('etag')).toBe('"e"');
    expect(retry.headers.get('cache-control')).toBe('private, no-store');
    expect(retry.headers.get('x-credits-charged')).toBe('0');
    expect(retry.headers.get('x-credits-remaining')).toBe('9');
    expect(retry.headers.has('ratelimit')).toBe(true);
    expect(retry.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  }
  expect(gateway.query.seen).toHaveLength(1);
  expect(gateway.admin.balanceOf(user)).toBe(9);
  await eventually(() =>
    expect(gateway.admin.entries.filter(({ user_id }) => user_id === user.userId)).toMatchObject([
      { status: 200, credits: 1, rows: 2 },
      ...Array<unknown>(3).fill({ status: 200, credits: 0, rows: 2 }),
    ]),
  );
});

test('a free route that creates something creates it once, and its status is replayed', async () => {
  user = gateway.admin.addUser({ role: 'admin' });
  const key = randomUUID();
  const body = JSON.stringify({ username: 'created-once' });
  const responses = [
    await query(key, body, {}, '/v1/admin/users'),
    await query(key, body, {}, '/v1/admin/users'),
  ];
  const [first, second] = responses.map(async (response) => [response.status, await response.text()]);
  expect((await first)?.[0]).toBe(201);
  expect(await second).toEqual(await first);
});

test('the same key with another body, query string or format is refused and changes nothing', async () => {
  const key = randomUUID();
  await query(key, '{"limit":1}');
  for (const other of [
    await query(key, '{"limit":2}'),
    await query(key, '{"limit":1}', {}, '/v1/query?x=1'),
    await query(key, '{"limit":1}', { accept: 'text/csv' }),
  ]) {
    expect(other.status).toBe(422);
    expect(await codeOf(other)).toBe('idempotency_key_reused');
  }
  expect((await query(key, '{"limit":1}')).headers.get('idempotency-replayed')).toBe('true');
  expect(gateway.admin.balanceOf(user)).toBe(9);
});

test('two users may choose the same key', async () => {
  const key = randomUUID();
  await query(key);
  user = gateway.admin.addUser();
  expect((await query(key)).headers.get('idempotency-replayed')).toBeNull();
});

test('a key that is empty, too long or not printable is refused', async () => {
  for (const key of ['', '""', 'k'.repeat(256), 'ü']) {
    const response = await query(key);
    expect([response.status, await codeOf(response)]).toEqual([422, 'invalid_request']);
  }
  expect((await query('k'.repeat(255))).status).toBe(200);
});

test('while the first request runs a second is told so; of a crowd one alone is run and charged', async () => {
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => void release.promise.then(() => counted(response));
  const key = randomUUID();
  const crowd = Array.from({ length: 20 }, () => query(key));
  const early = await Promise.race(crowd);
  expect([early.status, early.headers.get('retry-after')]).toEqual([409, '1']);
  expect(await codeOf(early)).toBe('idempotency_in_flight');
  await eventually(() => expect(gateway.query.seen).toHaveLength(1));
  release.resolve(undefined);
  const statuses = (await Promise.all(crowd)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  expect(gateway.query.seen).toHaveLength(1);
  expect((await query(key)).headers.get('idempotency-replayed')).toBe('true');
  expect(gateway.admin.balanceOf(user)).toBe(9);
});

test.each([
  ['a refusal of the service', answerProblem(422, 'invalid_request'), 422],
  ['a service that fails', answerJson(500, {}), 502],
  ['a service that is away', answerProblem(503, 'unavailable'), 503],
] as const)('%s frees the key', async (_name, answer, status) => {
  const key = randomUUID();
  gateway.query.answer = answer;
  expect((await query(key, '{"limit":1}')).status).toBe(status);
  gateway.query.answer = (response) => counted(response);
  expect((await query(key, '{"limit":2}')).status).toBe(200);
  expect(gateway.admin.balanceOf(user)).toBe(9);
});

test('a lack of credits frees the key', async () => {
  user = gateway.admin.addUser({ credits: 0 });
  const key = randomUUID();
  expect((await query(key)).status).toBe(402);
  expect((await query(key, '{"limit":2}')).status).toBe(402);
});

test('a client that went away finds the answer of its first request, and pays when it takes it', async () => {
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => void release.promise.then(() => counted(response));
  const key = randomUUID();
  const leaving = httpRequest(`${gateway.url}/v1/query`, {
    method: 'POST',
    headers: { 'x-api-key': user.apiKey, 'content-type': 'application/json', 'idempotency-key': key },
  });
  leaving.on('error', () => undefined);
  leaving.end('{}');
  await eventually(() => expect(gateway.query.seen).toHaveLength(1));
  const closed = new Promise((resolve) => leaving.once('close', resolve));
  leaving.destroy();
  await closed;
  release.resolve(undefined);
  await eventually(() => expect(gateway.admin.settlements.at(-1)).toMatchObject({ action: 'release' }));
  expect(gateway.admin.balanceOf(user)).toBe(10);
  const retry = await eventually(async () => {
    const response = await query(key);
    expect(response.status).toBe(200);
    return response;
  });
  expect(retry.headers.get('idempotency-replayed')).toBe('true');
  expect(retry.headers.get('x-credits-charged')).toBe('1');
  expect((await query(key)).headers.get('x-credits-charged')).toBe('0');
  expect(gateway.query.seen).toHaveLength(1);
  expect(gateway.admin.balanceOf(user)).toBe(9);
});

test('an answer too large to be kept is made anew for a few retries, and charged once', async () => {
  gateway.query.answer = (response) => counted(response, 1_000_000);
  const key = randomUUID();
  const charged: (string | null)[] = [];
  for (let i = 0; i < 4; i += 1) {
    const response = await query(key);
    expect(response.status).toBe(200);
    expect((await response.text()).length).toBeGreaterThan(1_000_000);
    charged.push(response.headers.get('x-credits-charged'));
  }
  expect(charged).toEqual(['1', '0', '0', '0']);
  const spent = await query(key);
  expect([spent.status, await codeOf(spent)]).toEqual([409, 'conflict']);
  await eventually(() => expect(gateway.admin.balanceOf(user)).toBe(9));
});

test('a claim lives as long as its request, and ends with its lease when its gateway is cut off', async () => {
  const key = randomUUID();
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => void release.promise.then(() => counted(response));
  const first = query(key);
  await eventually(() => expect(gateway.query.seen).toHaveLength(1));
  const untilMs = performance.now() + 1_500;
  // Longer than two leases: the running request renews its own.
  await eventually(async () => {
    expect((await query(key)).status).toBe(409);
    expect(performance.now()).toBeGreaterThan(untilMs);
  });
  await gateway.redis.cut();
  release.resolve(undefined);
  expect((await first).status).toBe(200);
  await gateway.redis.restore();
  const second = await eventually(async () => {
    const response = await query(key);
    expect(response.status).toBe(200);
    return response;
  });
  expect(second.headers.get('idempotency-replayed')).toBeNull();
  // The charge of the attempt that could not be recorded is the charge of the one that took over.
  await eventually(() => expect(gateway.admin.settlements.at(-1)).toMatchObject({ action: 'settle' }));
  expect(gateway.admin.balanceOf(user)).toBe(9);
});

test('after an erasure no kept answer with records is given again: it is made anew, and charged once', async () => {
  const key = randomUUID();
  const first = await (await query(key)).text();
  gateway.admin.erasureMark = 'another';
  const retry = await eventually(async () => {
    const response = await query(key);
    const text = await response.text();
    expect(text).not.toBe(first);
    return { response, text };
  });
  expect(retry.response.headers.get('idempotency-replayed')).toBeNull();
  expect(retry.response.headers.get('x-credits-charged')).toBe('0');
  const again = await query(key);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.text()).toBe(retry.text);
  await eventually(() => expect(gateway.admin.balanceOf(user)).toBe(9));
});

test('while an erasure is under way an answer with records is not kept', async () => {
  gateway.admin.erasureMark = null;
  user = gateway.admin.addUser({ credits: 10 });
  const key = randomUUID();
  expect((await query(key)).status).toBe(200);
  gateway.admin.erasureMark = 'afterwards';
  const retry = await query(key);
  expect([retry.status, retry.headers.get('idempotency-replayed')]).toEqual([200, null]);
  expect(retry.headers.get('x-credits-charged')).toBe('0');
});

test('what was created is created once, whoever is erased meanwhile', async () => {
  user = gateway.admin.addUser({ role: 'admin' });
  const key = randomUUID();
  const body = JSON.stringify({ username: 'created-before-an-erasure' });
  const create = () => query(key, body, {}, '/v1/admin/users');
  const first = await (await create()).text();
  gateway.admin.erasureMark = null;
  const retry = await create();
  expect([retry.headers.get('idempotency-replayed'), await retry.text()]).toEqual(['true', first]);
});

test('without Redis a request with a key is refused rather than run without its protection', async () => {
  await gateway.redis.cut();
  const response = await query(randomUUID());
  expect(response.status).toBe(503);
  expect(gateway.query.seen).toHaveLength(0);
  await gateway.redis.restore();
  await eventually(async () => expect((await query(randomUUID())).status).toBe(200));
});

test('a request that is no POST ignores the header', async () => {
  const key = randomUUID();
  await query(key);
  const response = await fetch(`${gateway.url}/v1/me`, {
    headers: { 'x-api-key': user.apiKey, 'idempotency-key': key },
  });
  expect(response.status).toBe(200);
});
