import { type ServerResponse, request as httpRequest } from 'node:http';
import { eventually, testServers } from '@bigdata/testing';
import { type FakeUser } from '../test-support/fake-admin-service';
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

const query = (apiKey: string, signal: AbortSignal | null = null): Promise<Response> =>
  fetch(`${gateway.url}/v1/query`, {
    signal,
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

describe('a wallet that is known to hold enough', () => {
  let user: FakeUser;
  let reserving: PromiseWithResolvers<undefined>;
  let batchesBefore: number;
  let seenBefore: number;

  beforeEach(async () => {
    user = gateway.admin.addUser({ credits: 10 });
    expect((await query(user.apiKey)).headers.get('x-credits-remaining')).toBe('9');
    await settlementsDelivered(9, user);
    reserving = Promise.withResolvers();
    gateway.admin.holdReserve = reserving.promise;
    batchesBefore = gateway.admin.asked.reserve;
    seenBefore = gateway.query.seen.length;
  });
  afterEach(() => {
    gateway.admin.holdReserve = null;
    reserving.resolve(undefined);
  });

  /** Until the charge is asked for and the service is asked too. */
  const bothAsked = () =>
    eventually(() => {
      expect(gateway.admin.asked.reserve).toBe(batchesBefore + 1);
      expect(gateway.query.seen.length).toBe(seenBefore + 1);
      return gateway.query.seen.at(-1)!;
    });

  const isAnswered = async (response: Promise<Response>): Promise<boolean> => {
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 100));
    return (await Promise.race([response, late])) !== 'late';
  };

  /** The answer, of which nothing comes before the charge does. */
  const answeredWhenCharged = async (): Promise<Response> => {
    const response = query(user.apiKey);
    await bothAsked();
    expect(await isAnswered(response)).toBe(false);
    reserving.resolve(undefined);
    return response;
  };

  test.each([
    ['JSON', ok],
    [
      'nothing at all',
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': 0 }).end(),
    ],
    [
      'more than fits into buffers',
      answerJson(200, { data: ['x'.repeat(3_000_000)] }, { 'x-bigdata-rows': '1' }),
    ],
  ])('is charged while the service works, and the answer waits: %s', async (_what, answer) => {
    gateway.query.answer = answer;
    const response = await answeredWhenCharged();
    const { status, headers } = response;
    expect([status, headers.get('x-credits-charged'), headers.get('x-credits-remaining')]).toEqual([
      200,
      '1',
      '8',
    ]);
    const sent = await response.text();
    const alone = await (await query(user.apiKey)).text();
    expect(sent).toBe(alone);
    await settlementsDelivered(7, user);
  });

  test('and does not any more gets 402, nothing of the answer, and the service is stopped', async () => {
    gateway.query.answer = () => undefined;
    gateway.admin.setBalance(user, 0);
    const response = query(user.apiKey);
    const { aborted } = await bothAsked();
    reserving.resolve(undefined);
    const refused = await response;
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ code: 'insufficient_credits', balance: 0, required: 1 });
    await aborted;
    expect(gateway.admin.balanceOf(user)).toBe(0);
    // Now it is known to be empty.
    expect((await query(user.apiKey)).status).toBe(402);
    expect(gateway.query.seen.length).toBe(seenBefore + 1);
  });

  test('and does not any more gets nothing of an answer that was there before either', async () => {
    gateway.admin.setBalance(user, 0);
    expect((await answeredWhenCharged()).status).toBe(402);
  });

  test('is given back what a refusal of the service does not cost, before the refusal arrives', async () => {
    gateway.query.answer = answerProblem(422, 'invalid_request');
    const response = await answeredWhenCharged();
    const { status, headers } = response;
    expect([status, headers.get('x-credits-charged'), headers.get('x-credits-remaining')]).toEqual([
      422,
      '0',
      '9',
    ]);
    expect(gateway.admin.balanceOf(user)).toBe(9);
  });

  test('is given back what nobody is there to get', async () => {
    gateway.query.answer = () => undefined;
    const leaving = new AbortController();
    const response = query(user.apiKey, leaving.signal);
    const { aborted } = await bothAsked();
    leaving.abort();
    await expect(response).rejects.toThrow();
    await aborted;
    reserving.resolve(undefined);
    await eventually(() => {
      const entry = gateway.admin.entries.findLast(({ user_id }) => user_id === user.userId);
      expect(entry).toMatchObject({ status: 499, credits: 0 });
    });
    await settlementsDelivered(9, user);
  });

  test('gets 503 and nothing of the answer when nobody knows whether it was charged', async () => {
    const response = query(user.apiKey);
    await bothAsked();
    await gateway.admin.stop();
    expect((await response).status).toBe(503);
    await gateway.admin.start();
    reserving.resolve(undefined);
    await settlementsDelivered(9, user);
  });
});
