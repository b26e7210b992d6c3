import { request as httpRequest } from 'node:http';
import { eventually, testServers } from '@bigdata/testing';
import { answerJson, answerProblem } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ redisUrl: testServers().redisUrl, answer: ok });
  const { apiKey } = gateway.admin.addUser();
  await eventually(async () => expect((await query(apiKey)).status).toBe(200));
});

beforeEach(() => {
  gateway.query.answer = ok;
});

afterAll(() => gateway.stop());

const ok = answerJson(200, { data: [] }, { 'x-bigdata-rows': '7', 'x-bigdata-shape': 'where: country eq' });

const query = (apiKey: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/query`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: '{"limit":1}',
  });

const settlementsDelivered = (balance: number, user: ReturnType<TestGateway['admin']['addUser']>) =>
  eventually(() => expect(gateway.admin.balanceOf(user)).toBe(balance));

test('200 at once on a wallet of 100: exactly 100 answers, each charged once', async () => {
  const user = gateway.admin.addUser({ credits: 100 });
  const seenBefore = gateway.query.seen.length;
  const responses = await Promise.all(Array.from({ length: 200 }, () => query(user.apiKey)));
  const byStatus = Map.groupBy(responses, ({ status }) => status);
  expect(byStatus.get(200)).toHaveLength(100);
  expect(byStatus.get(402)).toHaveLength(100);
  expect(gateway.query.seen.length - seenBefore).toBe(100);
  await eventually(() => {
    const kept = gateway.admin.settlements.filter(({ action }) => action === 'settle');
    expect(kept.length).toBeGreaterThanOrEqual(100);
  });
  expect(gateway.admin.balanceOf(user)).toBe(0);
  const remaining = byStatus.get(200)!.map(({ headers }) => Number(headers.get('x-credits-remaining')));
  expect(remaining.sort((a, b) => b - a)).toEqual(Array.from({ length: 100 }, (_, i) => 99 - i));
});

test('without credits the service is not asked, and the answer says what is missing', async () => {
  const { apiKey } = gateway.admin.addUser({ credits: 0 });
  const seenBefore = gateway.query.seen.length;
  const response = await query(apiKey);
  expect(response.status).toBe(402);
  expect(response.headers.get('x-credits-charged')).toBe('0');
  expect(response.headers.get('x-credits-remaining')).toBe('0');
  expect(await response.json()).toMatchObject({ code: 'insufficient_credits', balance: 0, required: 1 });
  expect(gateway.query.seen.length).toBe(seenBefore);
});

test('what a key’s terms say of a route is what an answer of that route costs', async () => {
  const prices = { runQuery: { base: 3, per_record: 0 } };
  const user = gateway.admin.addUser({ credits: 10, prices });
  const response = await query(user.apiKey);
  expect(response.headers.get('x-credits-charged')).toBe('3');
  await settlementsDelivered(7, user);
});

test('a free route costs nothing and says nothing of credits', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  const response = await fetch(`${gateway.url}/v1/me`, { headers: { 'x-api-key': user.apiKey } });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-credits-charged')).toBeNull();
  expect(gateway.admin.balanceOf(user)).toBe(5);
});

test.each([
  [422, 'invalid_request', 422],
  [404, 'not_found', 404],
  [503, 'unavailable', 503],
  [500, 'internal', 500],
  [401, 'invalid_api_key', 502],
])('an answer of %i %s has cost nothing by the time it arrives as %i', async (upstream, code, expected) => {
  const user = gateway.admin.addUser({ credits: 10 });
  gateway.query.answer = answerProblem(upstream, code);
  const response = await query(user.apiKey);
  expect(response.status).toBe(expected);
  expect(response.headers.get('x-credits-charged')).toBe('0');
  expect(response.headers.get('x-credits-remaining')).toBe('10');
  expect(gateway.admin.balanceOf(user)).toBe(10);
});

test('the rows of a streamed answer are those that its service tells at its end', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  gateway.query.answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'x-bigdata-rows' });
    response.addTrailers({ 'x-bigdata-rows': '2' });
    response.end('{"a":1}\n{"a":2}\n');
  };
  const response = await query(user.apiKey);
  expect(await response.text()).toBe('{"a":1}\n{"a":2}\n');
  await eventually(() => {
    const entry = gateway.admin.entries.find(({ user_id }) => user_id === user.userId);
    expect(entry).toMatchObject({ status: 200, rows: 2, credits: 1 });
  });
});

test('an answer that breaks off midway is recognisable and charged nothing', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  gateway.query.answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"a":1}\n', () => response.destroy());
  };
  const response = await query(user.apiKey);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  await settlementsDelivered(10, user);
  await eventually(() => {
    const entry = gateway.admin.entries.find(({ user_id }) => user_id === user.userId);
    expect(entry).toMatchObject({ status: 200, code: 'upstream_failed', credits: 0 });
  });
});

test('a client that leaves aborts the service’s work and is charged nothing', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  gateway.query.answer = () => undefined;
  const seenBefore = gateway.query.seen.length;
  const request = httpRequest(`${gateway.url}/v1/query`, {
    method: 'POST',
    headers: { 'x-api-key': user.apiKey },
  });
  request.on('error', () => undefined);
  request.end('{}');
  const seen = await eventually(() => {
    expect(gateway.query.seen.length).toBe(seenBefore + 1);
    return gateway.query.seen.at(-1)!;
  });
  expect(gateway.admin.balanceOf(user)).toBe(9);
  request.destroy();
  await seen.aborted;
  await settlementsDelivered(10, user);
  await eventually(() => {
    const entry = gateway.admin.entries.find(({ user_id }) => user_id === user.userId);
    expect(entry).toMatchObject({ status: 499, code: null, credits: 0 });
  });
});

test('a reservation whose outcome is unknown answers 503 and is given back', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  const held = Promise.withResolvers<undefined>();
  gateway.admin.holdReserve = held.promise;
  const batchesBefore = gateway.admin.asked.reserve;
  const seenBefore = gateway.query.seen.length;
  const response = query(user.apiKey);
  await eventually(() => expect(gateway.admin.asked.reserve).toBe(batchesBefore + 1));
  await gateway.admin.stop();
  held.resolve(undefined);
  gateway.admin.holdReserve = null;
  expect((await response).status).toBe(503);
  expect((await response).headers.get('retry-after')).toBe('1');
  expect(gateway.query.seen.length).toBe(seenBefore);
  await eventually(() => expect(gateway.admin.balanceOf(user)).toBe(9));
  await gateway.admin.start();
  await settlementsDelivered(10, user);
});

test('the log entry of a served request carries what it cost and what it gave', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  const response = await query(user.apiKey);
  const text = await response.text();
  expect(response.headers.get('x-bigdata-rows')).toBeNull();
  const entry = await eventually(() => {
    const found = gateway.admin.entries.find(({ user_id }) => user_id === user.userId);
    expect(found).toBeDefined();
    return found!;
  });
  expect(entry).toMatchObject({
    request_id: response.headers.get('x-request-id'),
    key_id: user.keyId,
    method: 'POST',
    route: '/v1/query',
    status: 200,
    code: null,
    credits: 1,
    rows: 7,
    shape: 'where: country eq',
    bytes: Buffer.byteLength(text),
  });
  await settlementsDelivered(9, user);
});
