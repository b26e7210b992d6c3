import { connect } from 'node:net';
import { eventually, testServers } from '@bigdata/testing';
import { answerJson } from './test-support/fake-service';
import { startTestGateway, type TestGateway } from './test-support/start-test-gateway';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: answerJson(200, { data: [] }),
    keyCacheMs: 100,
  });
});

afterEach(() => gateway.stop());

const query = (apiKey: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/query`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: '{}' });

const readiness = async (): Promise<unknown> => (await fetch(`${gateway.url}/readyz`)).json();

test('without Redis requests are served and charged under local limits, and readiness tells', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  await gateway.redis.cut();
  const response = await query(user.apiKey);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-ratelimit-fallback')).toBe('local');
  expect(gateway.admin.balanceOf(user)).toBe(4);
  expect(await readiness()).toMatchObject({
    status: 'not_ready',
    checks: { redis: 'unavailable', 'admin-service': 'ok', 'query-service': 'ok' },
  });
  await gateway.redis.restore();
  await eventually(async () =>
    expect((await query(user.apiKey)).headers.has('x-ratelimit-fallback')).toBe(false),
  );
});

test('without admin-service everything is 503 and nothing is charged, until it is back', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  await gateway.admin.stop();
  const response = await query(user.apiKey);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await readiness()).toMatchObject({ checks: { 'admin-service': 'unavailable', redis: 'ok' } });
  await gateway.admin.start();
  await eventually(async () => expect((await query(user.apiKey)).status).toBe(200));
  await eventually(() => expect(gateway.admin.balanceOf(user)).toBe(4));
});

test('without query-service a query is 503 and what was reserved comes back', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  await gateway.query.stop();
  const response = await query(user.apiKey);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(response.headers.get('x-credits-remaining')).toBe('5');
  await eventually(() => expect(gateway.admin.settlements).toMatchObject([{ action: 'release' }]));
  expect(gateway.admin.balanceOf(user)).toBe(5);
});

test('settlements and log entries outlive a restart of admin-service', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => {
    void release.promise.then(() => response.end('{"data":[]}'));
  };
  const responses = Promise.all([query(user.apiKey), query(user.apiKey)]);
  await eventually(() => expect(gateway.query.seen).toHaveLength(2));
  await gateway.admin.stop();
  release.resolve(undefined);
  expect((await responses).map(({ status }) => status)).toEqual([200, 200]);
  await eventually(() => expect(gateway.logged()).toContain('cannot deliver'));
  expect(gateway.admin.settlements).toHaveLength(0);
  await gateway.admin.start();
  await eventually(() => {
    expect(gateway.admin.settlements.map(({ action }) => action)).toEqual(['settle', 'settle']);
    expect(gateway.admin.entries.filter(({ user_id }) => user_id === user.userId)).toHaveLength(2);
  });
});

test('a stop waits for running requests and delivers what is queued', async () => {
  const user = gateway.admin.addUser({ credits: 5 });
  const release = Promise.withResolvers<undefined>();
  gateway.query.answer = (response) => {
    void release.promise.then(() => response.end('{"data":[]}'));
  };
  const running = query(user.apiKey);
  await eventually(() => expect(gateway.query.seen).toHaveLength(1));
  const stopping = gateway.stopGateway();
  await eventually(async () => {
    await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow();
  });
  release.resolve(undefined);
  expect((await running).status).toBe(200);
  await stopping;
  expect(gateway.admin.settlements.map(({ action }) => action)).toEqual(['settle']);
  expect(gateway.admin.entries.filter(({ user_id }) => user_id === user.userId)).toMatchObject([
    { status: 200, credits: 1 },
  ]);
});

test('bytes that are no HTTP are answered with 400 and a closed connection', async () => {
  const { hostname, port } = new URL(gateway.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.write('NONSENSE\r\n\r\n');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('application/problem+json');
});

test('the pages need no key and every answer carries its request id and timing', async () => {
  for (const [path, type] of [
    ['/livez', 'application/json'],
    ['/', 'application/json'],
    ['/openapi.json', 'application/json'],
    ['/docs', 'text/html'],
    ['/docs/overview', 'text/html'],
    ['/docs/assets/start.js', 'text/javascript'],
    ['/docs/assets/swagger-ui-bundle.js', 'text/javascript'],
    ['/docs/assets/swagger-ui.css', 'text/css'],
    ['/problems/rate_limited', 'text/html'],
  ] as const) {
    const response = await fetch(gateway.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('server-timing')).toMatch(/^total;dur=/);
    expect(response.headers.get('x-powered-by')).toBeNull();
  }
  for (const path of [
    '/problems/made_up',
    '/docs/assets/package.json',
    '/docs/assets/..%2fpackage.json',
    '/problems/%zz',
    '/metrics',
  ]) {
    const response = await fetch(gateway.url + path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  }
});

test('the page of the docs asks nobody but this gateway for anything', async () => {
  const response = await fetch(`${gateway.url}/docs`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
  const html = await response.text();
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  for (const [, asset] of html.matchAll(/(?:src|href)="(\/docs\/assets\/[^"]+)"/g)) {
    expect((await fetch(`${gateway.url}${asset ?? ''}`)).status).toBe(200);
  }
  expect(html).toContain('/v1/query');
});
