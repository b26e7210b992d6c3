import { eventually, testServers } from '@bigdata/testing';
import { type FakeUser } from '../test-support/fake-admin-service';
import { answerJson, answerProblem } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const PER_RECORD = 2;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: sevenRows,
    pricePerRecordCredits: PER_RECORD,
  });
  const { apiKey } = gateway.admin.addUser();
  await eventually(async () => expect((await post(apiKey, { limit: 1 })).status).toBe(200));
});

beforeEach(() => {
  gateway.query.answer = sevenRows;
});

afterAll(() => gateway.stop());

const sevenRows = answerJson(200, { data: [] }, { 'x-bigdata-rows': '7' });

const post = (
  apiKey: string,
  body: unknown,
  headers: Record<string, string> = {},
  path = '/v1/query',
): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const creditsOf = ({ headers }: Response) => [
  headers.get('x-credits-charged'),
  headers.get('x-credits-remaining'),
];

const isBalance = (user: FakeUser, balance: number) =>
  eventually(() => expect(gateway.admin.balanceOf(user)).toBe(balance));

const isLogged = (user: FakeUser, expected: Record<string, unknown>) =>
  eventually(() =>
    expect(gateway.admin.entries.find(({ user_id }) => user_id === user.userId)).toMatchObject(expected),
  );

test('a page reserves what its limit may cost and is charged for the records that it holds', async () => {
  const user = gateway.admin.addUser({ credits: 1_000 });
  let whileAsked: number | null = null;
  gateway.query.answer = (response, seen) => {
    whileAsked = gateway.admin.balanceOf(user);
    sevenRows(response, seen);
  };
  const response = await post(user.apiKey, {});
  expect(whileAsked).toBe(1_000 - (1 + 100 * PER_RECORD));
  expect(creditsOf(response)).toEqual(['15', '985']);
  await isBalance(user, 985);
  await isLogged(user, { credits: 15, rows: 7 });
});

test('a page that is as large as it may be keeps the whole reservation', async () => {
  const user = gateway.admin.addUser({ credits: 15 });
  expect(creditsOf(await post(user.apiKey, { limit: 7 }))).toEqual(['15', '0']);
  await isLogged(user, { credits: 15 });
  expect(gateway.admin.balanceOf(user)).toBe(0);
});

test('no answer costs more than was reserved, however many rows the service tells', async () => {
  const user = gateway.admin.addUser({ credits: 100 });
  expect(creditsOf(await post(user.apiKey, { limit: 2 }))).toEqual(['5', '95']);
  await isBalance(user, 95);
});

test('a balance below the most that an answer may cost is refused, with both figures', async () => {
  const user = gateway.admin.addUser({ credits: 20 });
  const seenBefore = gateway.query.seen.length;
  const response = await post(user.apiKey, {});
  expect(response.status).toBe(402);
  expect(creditsOf(response)).toEqual(['0', '20']);
  expect(await response.json()).toMatchObject({ code: 'insufficient_credits', balance: 20, required: 201 });
  expect(gateway.query.seen.length).toBe(seenBefore);
  expect((await post(user.apiKey, { limit: 9 })).status).toBe(200);
});

test('a refusal gives all of it back before it leaves', async () => {
  const user = gateway.admin.addUser({ credits: 1_000 });
  gateway.query.answer = answerProblem(422, 'invalid_request');
  expect(creditsOf(await post(user.apiKey, {}))).toEqual(['0', '1000']);
  expect(gateway.admin.balanceOf(user)).toBe(1_000);
});

test('a lookup is charged for what it found, and a key’s terms may price it otherwise', async () => {
  const user = gateway.admin.addUser({ credits: 1_000, prices: { lookup: { base: 0, per_record: 5 } } });
  const found = await post(user.apiKey, { emails: ['a@example.com'] }, {}, '/v1/lookup');
  expect(creditsOf(found)).toEqual(['35', '965']);
  await isBalance(user, 965);
  gateway.query.answer = answerJson(200, { data: [] }, { 'x-bigdata-rows': '0' });
  const missed = await post(user.apiKey, { emails: ['b@example.com'] }, {}, '/v1/lookup');
  expect(creditsOf(missed)).toEqual(['0', '965']);
  await isBalance(user, 965);
});

test('statistics cost their base alone: groups are no records', async () => {
  const user = gateway.admin.addUser({ credits: 10 });
  const response = await fetch(`${gateway.url}/v1/stats`, { headers: { 'x-api-key': user.apiKey } });
  expect(creditsOf(response)).toEqual(['1', '9']);
});

test('to explain a query costs nothing, and its service is told what the query would cost', async () => {
  const own = { base: 4, per_record: 5 };
  const [poor, special] = [
    gateway.admin.addUser({ credits: 0 }),
    gateway.admin.addUser({ credits: 0, prices: { runQuery: own } }),
  ];
  for (const [{ apiKey }, queryPrice] of [
    [poor, { base: 1, per_record: PER_RECORD }],
    [special, own],
  ] as const) {
    const response = await post(apiKey, {}, {}, '/v1/query/explain');
    expect([response.status, ...creditsOf(response)]).toEqual([200, null, null]);
    expect(gateway.lastIdentity()?.caller).toMatchObject({
      queryPrice,
    });
  }
});

describe('a stream', () => {
  const NDJSON = { accept: 'application/x-ndjson' };

  test('says what is reserved, gets no more rows than that, and is charged for those it delivered', async () => {
    const user = gateway.admin.addUser({ credits: 5_000 });
    gateway.query.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'x-bigdata-rows' });
      response.addTrailers({ 'x-bigdata-rows': '2' });
      response.end('{"a":1}\n{"a":2}\n');
    };
    const response = await post(user.apiKey, {}, NDJSON);
    expect(creditsOf(response)).toEqual(['2001', '2999']);
    expect(await response.text()).toBe('{"a":1}\n{"a":2}\n');
    expect(gateway.lastIdentity()?.caller).toMatchObject({
      queryLimits: { rows_max: 1_000, timeout_ms: null },
    });
    await isBalance(user, 4_995);
    await isLogged(user, { credits: 5, rows: 2 });
  });

  test('that is kept for retries is charged once, and says the settled price', async () => {
    const user = gateway.admin.addUser({ credits: 5_000 });
    gateway.query.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'x-bigdata-rows' });
      response.addTrailers({ 'x-bigdata-rows': '2' });
      response.end('{"a":1}\n{"a":2}\n');
    };
    const headers = { ...NDJSON, 'idempotency-key': 'stream-1' };
    const first = await post(user.apiKey, { limit: 10 }, headers);
    expect(creditsOf(first)).toEqual(['5', '4995']);
    const again = await post(user.apiKey, { limit: 10 }, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('x-credits-charged')).toBe('0');
    await isBalance(user, 4_995);
  });

  test('that breaks off midway costs nothing, whatever of it has left', async () => {
    const user = gateway.admin.addUser({ credits: 5_000 });
    gateway.query.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'x-bigdata-rows' });
      response.write('{"a":1}\n', () => response.destroy());
    };
    const response = await post(user.apiKey, {}, NDJSON);
    await expect(response.text()).rejects.toThrow();
    await isLogged(user, { status: 200, code: 'upstream_failed', credits: 0 });
    await isBalance(user, 5_000);
  });
});
