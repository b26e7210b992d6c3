import { randomBytes } from 'node:crypto';
import { generateApiKey } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { answerJson, answerProblem } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const ok = answerJson(200, { data: [] });
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: ok,
    requestsMax: 8,
    authFailuresPerMinute: 10,
  });
});

afterEach(() => gateway.stop());

const query = (apiKey: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/query`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: '{}' });

test('a service that fails over and over is spared, reserves nothing, and is found again', async () => {
  const { apiKey } = gateway.admin.addUser();
  gateway.query.answer = answerJson(500, {});
  for (let i = 0; i < 20; i += 1) expect((await query(apiKey)).status).toBe(502);
  const [seen, reserved] = [gateway.query.seen.length, gateway.admin.asked.reserve];
  const spared = await query(apiKey);
  expect(spared.status).toBe(503);
  expect(Number(spared.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await spared.json()).toMatchObject({ code: 'unavailable' });
  expect([gateway.query.seen.length, gateway.admin.asked.reserve]).toEqual([seen, reserved]);
  const me = await fetch(`${gateway.url}/v1/me`, { headers: { 'x-api-key': apiKey } });
  expect(me.status).toBe(200);
  gateway.query.answer = ok;
  await eventually(async () => expect((await query(apiKey)).status).toBe(200));
});

test('a request that its wallet ends says nothing of a service that is being tried again', async () => {
  const [{ apiKey }, { apiKey: poor }] = [gateway.admin.addUser(), gateway.admin.addUser({ credits: 0 })];
  gateway.query.answer = answerJson(500, {});
  for (let i = 0; i < 20; i += 1) expect((await query(apiKey)).status).toBe(502);
  await eventually(async () => expect((await query(poor)).status).toBe(402));
  expect([(await query(apiKey)).status, (await query(apiKey)).status]).toEqual([502, 503]);
});

test('refusals of a service that works open nothing', async () => {
  const { apiKey } = gateway.admin.addUser();
  gateway.query.answer = answerProblem(422, 'invalid_request');
  for (let i = 0; i < 30; i += 1) expect((await query(apiKey)).status).toBe(422);
});

test('more requests than one process may work on are refused at once, and the others end well', async () => {
  const { apiKey } = gateway.admin.addUser();
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => void release.promise.then(() => response.end('{"data":[]}'));
  const running = Array.from({ length: 8 }, () => query(apiKey));
  await eventually(() => expect(gateway.query.seen).toHaveLength(8));
  const shed = await query(apiKey);
  expect([shed.status, shed.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  release.resolve(undefined);
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual(Array<number>(8).fill(200));
});

test('an address that guesses keys has to wait; a key that worked a moment ago still does', async () => {
  const { apiKey } = gateway.admin.addUser();
  const revoked = gateway.admin.addUser();
  expect((await query(apiKey)).status).toBe(200);
  const wrong = [
    'nonsense',
    generateApiKey(randomBytes).apiKey,
    ...Array.from({ length: 8 }, () => `${apiKey.slice(0, 30)}${randomBytes(20).toString('hex')}`),
  ];
  for (const key of wrong) expect((await query(key)).status).toBe(401);
  const looked = gateway.admin.asked.resolve;
  for (const key of ['nonsense', generateApiKey(randomBytes).apiKey, revoked.apiKey]) {
    const refused = await query(key);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
  }
  expect(gateway.admin.asked.resolve).toBe(looked);
  expect((await query(apiKey)).status).toBe(200);
});

test('a page of a named origin may call and read our headers, one of another origin may not', async () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/v1/query`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await preflight('https://app.example.com');
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(allowed.headers.get('access-control-allow-headers')).toContain('X-Api-Key');
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  for (const origin of ['https://app.example.com.evil.example', 'http://app.example.com', 'null']) {
    const refused = await preflight(origin);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(refused.headers.get('vary')).toBe('Origin');
  }
  const me = await fetch(`${gateway.url}/v1/me`, { headers: { origin: 'https://app.example.com' } });
  expect(me.status).toBe(401);
  expect(me.headers.get('access-control-expose-headers')).toContain('RateLimit');
});
