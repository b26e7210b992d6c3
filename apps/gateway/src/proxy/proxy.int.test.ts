import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Job } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { parseDictionary, parseList } from 'structured-headers';
import { type FakeUser } from '../test-support/fake-admin-service';
import { answerJson, answerProblem } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const BODY_LIMIT_BYTES = 10_000;
let gateway: TestGateway;
let user: FakeUser;
let admin: FakeUser;

beforeAll(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: ok,
    upstreamTimeoutMs: 400,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  });
  user = gateway.admin.addUser({ credits: 100_000 });
  admin = gateway.admin.addUser({ role: 'admin' });
  await eventually(async () => expect((await call('/v1/me')).status).toBe(200));
});

beforeEach(() => {
  gateway.query.answer = ok;
});

afterAll(() => gateway.stop());

const ok = answerJson(200, { data: [] });

const aJob = (id: string): Job => ({
  id,
  load_number: 1,
  state: 'running',
  source: 'inbox://a.csv',
  dataset: 'default',
  country: null,
  priority: 'normal',
  parallelism: null,
  format: 'csv',
  attempts: 1,
  progress: {
    bytes_read: 0,
    bytes_total: 0,
    rows_read: 0,
    rows_loaded: 0,
    rows_rejected: 0,
    rows_per_s: 0,
    eta_s: null,
  },
  result: null,
  error: null,
  undo: null,
  undo_until: null,
  sealed_at: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
});

const call = (
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  apiKey = user.apiKey,
): Promise<Response> =>
  fetch(gateway.url + path, { ...init, headers: { 'x-api-key': apiKey, ...init.headers } });

const query = (body = '{}', headers: Record<string, string> = {}): Promise<Response> =>
  call('/v1/query', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

/** Each item of a structured list with its parameters. */
function itemsOf(header: string | null): Record<string, unknown>[] {
  return parseList(header ?? '').map((item) => {
    const [name, parameters] = item as [unknown, ReadonlyMap<string, unknown>];
    return { name, ...Object.fromEntries(parameters) };
  });
}

async function answerTo(
  request: ClientRequest,
): Promise<{ status: number; body: string; headers: IncomingMessage['headers'] }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += (chunk as Buffer).toString();
  return { status: response.statusCode!, body, headers: response.headers };
}

describe('headers', () => {
  test('a client cannot smuggle an identity, a key, a cookie or an internal header to a service', async () => {
    await query('{}', {
      'x-bigdata-identity': 'v1.forged.forged',
      'x-bigdata-anything': 'x',
      authorization: `Bearer ${user.apiKey}`,
      cookie: 'session=1',
      'x-forwarded-for': '10.0.0.1',
      'proxy-authorization': 'Basic x',
      'idempotency-key': 'kept',
    });
    const { headers } = gateway.query.seen.at(-1)!;
    expect(gateway.lastIdentity()).toMatchObject({
      caller: { kind: 'user', userId: user.userId, role: 'user', keyId: user.keyId },
      requestId: headers['x-request-id'],
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-bigdata-'))).toEqual([
      'x-bigdata-identity',
    ]);
    for (const name of ['x-api-key', 'authorization', 'cookie', 'x-forwarded-for', 'proxy-authorization']) {
      expect(headers).not.toHaveProperty(name);
    }
    expect(headers['idempotency-key']).toBe('kept');
  });

  test('nothing internal of a service reaches the client, and record data is not to be stored', async () => {
    gateway.query.answer = (response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-bigdata-rows': '3',
        'x-powered-by': 'something',
        connection: 'keep-alive, x-hop',
        'x-hop': 'secret',
        'set-cookie': 'a=b',
        'server-timing': 'query-service;dur=1.5',
        etag: '"kept"',
      });
      response.end('{}');
    };
    const { headers } = await query();
    for (const name of ['x-bigdata-rows', 'x-powered-by', 'x-hop', 'set-cookie']) {
      expect(headers.get(name)).toBeNull();
    }
    expect(headers.get('etag')).toBe('"kept"');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const timing = headers.get('server-timing')!;
    for (const part of ['auth', 'limit', 'charge', 'upstream', 'query-service', 'total']) {
      expect(timing).toMatch(new RegExp(`(^|, )${part};dur=\\d+`));
    }
  });

  test('a valid request id is kept and passed on, any other is replaced', async () => {
    expect((await query('{}', { 'x-request-id': 'client-id-0001' })).headers.get('x-request-id')).toBe(
      'client-id-0001',
    );
    expect(gateway.query.seen.at(-1)!.headers['x-request-id']).toBe('client-id-0001');
    expect((await query('{}', { 'x-request-id': 'no spaces!' })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  test('the rate limit headers are structured fields, on errors too', async () => {
    const limited = gateway.admin.addUser({
      limits: [
        { name: 'minute', limit: 2, window_s: 60 },
        { name: 'day', limit: 50, window_s: 86_400 },
      ],
    });
    const responses = [
      await call('/v1/me', {}, limited.apiKey),
      await call('/v1/nowhere', {}, limited.apiKey),
      await call('/v1/me', {}, limited.apiKey),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 404, 429]);
    for (const [index, { headers }] of responses.entries()) {
      expect(itemsOf(headers.get('ratelimit-policy'))).toEqual([
        { name: 'minute', q: 2, w: 60 },
        { name: 'day', q: 50, w: 86_400 },
      ]);
      expect(itemsOf(headers.get('ratelimit'))).toMatchObject([
        { name: 'minute', r: Math.max(0, 1 - index) },
        { name: 'day', r: Math.max(48, 49 - index) },
      ]);
      expect(headers.get('x-ratelimit-limit')).toBe('2');
      expect(headers.get('x-ratelimit-remaining')).toBe(String(Math.max(0, 1 - index)));
      expect(Number(headers.get('x-ratelimit-reset'))).toBeLessThanOrEqual(60);
    }
    const refused = responses[2]!;
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retryable: true });
  });

  test('HEAD answers like GET without a body; OPTIONS names the methods', async () => {
    const head = await call('/v1/me', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    const options = await fetch(`${gateway.url}/v1/me`, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect([...parseDictionary(options.headers.get('allow')!.toLowerCase()).keys()]).toEqual([
      'get',
      'head',
      'options',
    ]);
  });
});

describe('routing', () => {
  test.each([
    ['/v1/nowhere'],
    ['/internal/keys/resolve'],
    ['/v1/admin/users/..%2f..%2finternal/keys'],
    ['/v1/admin/users/%2e%2e/keys'],
    ['/v1/admin/users/%zz'],
    ['/v1/me/'],
  ])('%s is not found, with a key and without', async (path) => {
    const seenBefore = gateway.query.seen.length;
    for (const headers of [{ 'x-api-key': admin.apiKey }, {}]) {
      const response = await fetch(gateway.url + path, { method: 'POST', headers });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        code: 'not_found',
        instance: expect.any(String) as string,
      });
    }
    expect(gateway.query.seen.length).toBe(seenBefore);
  });

  test('a wrong method names the right ones', async () => {
    const response = await call('/v1/query', { method: 'GET' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  test('an administrator’s route is forbidden to a user, before any service is asked', async () => {
    const response = await call('/v1/admin/logs');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden' });
    expect(response.headers.get('ratelimit')).not.toBeNull();
  });

  test('refused requests are logged by template, never by path', async () => {
    const id = 'request-that-is-unmatched';
    await fetch(`${gateway.url}/some/private/path?secret=1`, { headers: { 'x-request-id': id } });
    const entry = await eventually(() => {
      const found = gateway.admin.entries.find(({ request_id }) => request_id === id);
      expect(found).toBeDefined();
      return found!;
    });
    expect(entry).toMatchObject({
      route: 'unmatched',
      status: 404,
      code: 'not_found',
      user_id: null,
      key_id: null,
      credits: 0,
    });
    expect(gateway.logged()).not.toContain('private');
    expect(gateway.logged()).not.toContain(user.apiKey);
  });
});

describe('bodies', () => {
  test('body and query string arrive untouched', async () => {
    const body = JSON.stringify({ text: 'ü\n€', nested: [1, 2, 3] });
    await call('/v1/query?a=%20b&c', { method: 'POST', body });
    expect(gateway.query.seen.at(-1)).toMatchObject({ method: 'POST', url: '/v1/query?a=%20b&c', body });
  });

  test('a body over the limit is refused by its announced length, unread', async () => {
    const seenBefore = gateway.query.seen.length;
    const response = await query('x'.repeat(BODY_LIMIT_BYTES + 1));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
    expect(gateway.query.seen.length).toBe(seenBefore);
  });

  test('a body of unknown length is counted', async () => {
    const request = httpRequest(`${gateway.url}/v1/query`, {
      method: 'POST',
      headers: { 'x-api-key': user.apiKey },
    });
    for (let sent = 0; sent <= BODY_LIMIT_BYTES; sent += 1_000) request.write('x'.repeat(1_000));
    request.end();
    expect((await answerTo(request)).status).toBe(413);
  });

  test('an upload of any size streams through', async () => {
    const bytes = 40 * BODY_LIMIT_BYTES;
    const response = await call(
      '/v1/admin/ingest/files/big.csv',
      { method: 'PUT', body: Buffer.alloc(bytes) },
      admin.apiKey,
    );
    expect(response.status).toBe(201);
    expect(gateway.admin.uploads).toContainEqual({ name: 'big.csv', bytes });
  });

  test('a service that refuses an upload before it has read it still answers the client', async () => {
    const request = httpRequest(`${gateway.url}/v1/admin/ingest/files/taken.csv`, {
      method: 'PUT',
      headers: { 'x-api-key': admin.apiKey, 'content-length': 1e9 },
    });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(1_000_000));
    const answer = await answerTo(request);
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'conflict' });
    request.destroy();
  });

  test.each(['PUT /v1/admin/ingest/files/waits.csv', 'POST /v1/query'])(
    'a client that expects 100 Continue is asked for its body: %s',
    async (route) => {
      const [method, path] = route.split(' ') as [string, string];
      const request = httpRequest(gateway.url + path, {
        method,
        headers: { 'x-api-key': admin.apiKey, expect: '100-continue', 'content-length': 2 },
      });
      request.flushHeaders();
      await once(request, 'continue');
      request.end('{}');
      expect((await answerTo(request)).status).toBe(method === 'PUT' ? 201 : 200);
    },
  );

  test('a client that expects 100 Continue is refused without sending its body', async () => {
    const request = httpRequest(`${gateway.url}/v1/admin/ingest/files/no.csv`, {
      method: 'PUT',
      headers: { 'x-api-key': user.apiKey, expect: '100-continue', 'content-length': 1e9 },
    });
    let asked = false;
    request.on('continue', () => {
      asked = true;
    });
    request.on('error', () => undefined);
    request.flushHeaders();
    const answer = await answerTo(request);
    expect(answer.status).toBe(403);
    expect(answer.headers.connection).toBe('close');
    expect(asked).toBe(false);
  });
});

describe('answers that take their time', () => {
  test('the head of a stream arrives before its first byte, and each piece as it comes', async () => {
    const more = Promise.withResolvers<undefined>();
    gateway.query.answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      void more.promise.then(() => response.end('data: 1\n\n'));
    };
    const response = await query();
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    more.resolve(undefined);
    expect(await response.text()).toBe('data: 1\n\n');
  });

  test('an event stream outlives the timeout of requests, and each event passes as it comes', async () => {
    const events = Array.from({ length: 2 }, () => Promise.withResolvers<undefined>());
    gateway.admin.events = async function* (jobId) {
      for (const [index, { promise }] of events.entries()) {
        await promise;
        yield { event: index === 0 ? 'progress' : 'end', data: aJob(jobId) };
      }
    };
    const id = randomUUID();
    const response = await call(`/v1/admin/ingest/jobs/${id}/events`, {}, admin.apiKey);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    events[0]!.resolve(undefined);
    expect((await reader.read()).value).toMatch(/^id: 1\nevent: progress\ndata: \{.*\}\n\n$/);
    // Longer than the gateway of these tests waits for a service.
    await new Promise((resolve) => setTimeout(resolve, 600));
    events[1]!.resolve(undefined);
    expect((await reader.read()).value).toMatch(/^id: 2\nevent: end\n/);
    expect((await reader.read()).done).toBe(true);
  });

  test('an event stream does not hold up a gateway that stops, and looks broken, not whole', async () => {
    const stopping = await startTestGateway({ redisUrl: testServers().redisUrl, answer: ok });
    try {
      const { apiKey } = stopping.admin.addUser({ role: 'admin' });
      stopping.admin.events = async function* (jobId) {
        yield await Promise.resolve({ event: 'progress', data: aJob(jobId) });
        await new Promise(() => undefined);
      };
      const path = `/v1/admin/ingest/jobs/${randomUUID()}/events`;
      const open = await eventually(async () => {
        const response = await fetch(stopping.url + path, { headers: { 'x-api-key': apiKey } });
        expect(response.status).toBe(200);
        return response;
      });
      const reader = open.body!.getReader();
      await reader.read();
      const beginMs = performance.now();
      const [rest] = await Promise.allSettled([reader.read(), stopping.stopGateway()]);
      expect(rest.status).toBe('rejected');
      expect(performance.now() - beginMs).toBeLessThan(5_000);
    } finally {
      await stopping.stop();
    }
  });
});

describe('clients that do not take their answer', () => {
  test('a service is slowed to the pace of its client, and released from one that stands still', async () => {
    let written = 0;
    const chunk = Buffer.alloc(65_536, 'x');
    gateway.query.answer = (response) => {
      const fill = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.on('drain', fill);
      fill();
    };
    const reader = gateway.admin.addUser({ credits: 1 });
    const request = httpRequest(`${gateway.url}/v1/query`, {
      method: 'POST',
      headers: { 'x-api-key': reader.apiKey },
    });
    request.on('error', () => undefined);
    request.end('{}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    response.pause();
    await gateway.query.seen.at(-1)!.aborted;
    expect(written).toBeLessThan(50_000_000);
    await eventually(() => expect(gateway.admin.balanceOf(reader)).toBe(1));
    request.destroy();
  });
});

describe('failures of a service', () => {
  test('a problem document passes unchanged', async () => {
    const errors = [{ pointer: '#/where', detail: 'wrong', hint: 'did you mean "x"?' }];
    gateway.query.answer = answerProblem(422, 'invalid_request', { errors });
    const response = await query();
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      detail: 'as the service says',
      instance: '/v1/query',
      request_id: response.headers.get('x-request-id'),
      errors,
    });
  });

  test('a media type that the service refuses is 415', async () => {
    gateway.query.answer = answerProblem(415, 'unsupported_media_type');
    expect((await query('a=b', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test.each([
    ['an error that is no problem document', 500, '<html>secret stack</html>', 'text/html'],
    ['a problem with an unknown code', 400, '{"code":"made_up"}', 'application/problem+json'],
    ['a redirect', 302, '', 'text/html'],
  ])('%s becomes 502 without its text', async (_name, status, body, type) => {
    gateway.query.answer = (response) => {
      response.writeHead(status, { 'content-type': type, location: 'http://inside.example/' });
      response.end(body);
    };
    const response = await fetch(`${gateway.url}/v1/query`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'x-api-key': user.apiKey },
      body: '{}',
    });
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'upstream_failed' });
    expect(text).not.toMatch(/secret|inside/);
  });

  test('an answer that is no HTTP becomes 502', async () => {
    gateway.query.answer = (response) => {
      response.socket!.end('this is not HTTP\r\n\r\n');
    };
    const response = await query();
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'upstream_failed' });
  });

  test('a query without an answer in time becomes 504 query_timeout', async () => {
    gateway.query.answer = () => undefined;
    const response = await query();
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'query_timeout' });
  });
});
