import { randomBytes } from 'node:crypto';
import { generateApiKey } from '@bigdata/models';
import { eventually, testServers } from '@bigdata/testing';
import { answerJson } from '../test-support/fake-service';
import { startTestGateway, type TestGateway } from '../test-support/start-test-gateway';

const KEY_CACHE_MS = 300;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    redisUrl: testServers().redisUrl,
    answer: answerJson(200, { ok: true }),
    keyCacheMs: KEY_CACHE_MS,
  });
  const { apiKey } = gateway.admin.addUser();
  await eventually(async () => expect((await me({ 'x-api-key': apiKey })).status).toBe(200));
});

afterAll(() => gateway.stop());

const me = (headers: Record<string, string>, path = '/v1/me'): Promise<Response> =>
  fetch(gateway.url + path, { headers });

test('both headers carry a key, and agree when both are sent', async () => {
  const { apiKey } = gateway.admin.addUser();
  expect((await me({ 'x-api-key': apiKey })).status).toBe(200);
  expect((await me({ authorization: `Bearer ${apiKey}` })).status).toBe(200);
  expect((await me({ authorization: `bearer ${apiKey}`, 'x-api-key': apiKey })).status).toBe(200);
});

test('no key answers missing_api_key, and one in the URL is not looked at', async () => {
  const { apiKey } = gateway.admin.addUser();
  for (const path of ['/v1/me', `/v1/me?api_key=${apiKey}&x-api-key=${apiKey}`]) {
    const response = await me({}, path);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="bigdata-api"');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'missing_api_key', status: 401, retryable: false });
  }
});

test('every wrong key meets the identical answer', async () => {
  const [good, other, revoked] = [gateway.admin.addUser(), gateway.admin.addUser(), gateway.admin.addUser()];
  gateway.admin.revoke(revoked.keyId);
  const unknown = generateApiKey(randomBytes).apiKey;
  const requestId = 'the-same-for-all';
  const answers = await Promise.all(
    [
      { 'x-api-key': 'nonsense' },
      { 'x-api-key': `${good.apiKey.slice(0, -1)}${good.apiKey.endsWith('a') ? 'b' : 'a'}` },
      { 'x-api-key': unknown },
      { 'x-api-key': revoked.apiKey },
      { 'x-api-key': good.apiKey, authorization: `Bearer ${other.apiKey}` },
      { authorization: `Bearer ${unknown}` },
    ].map(async (headers) => {
      const response = await me({ ...headers, 'x-request-id': requestId });
      const names = [...response.headers.keys()].filter(
        (name) => name !== 'server-timing' && name !== 'date',
      );
      return {
        status: response.status,
        challenge: response.headers.get('www-authenticate'),
        names,
        body: await response.text(),
      };
    }),
  );
  expect(answers[0]).toMatchObject({ status: 401 });
  expect(JSON.parse(answers[0]!.body)).toMatchObject({ code: 'invalid_api_key' });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('a key with a bad checksum costs no look-up', async () => {
  const { apiKey } = gateway.admin.addUser();
  const before = gateway.admin.asked.resolve;
  expect((await me({ 'x-api-key': `${apiKey.slice(0, -3)}000` })).status).toBe(401);
  expect(gateway.admin.asked.resolve).toBe(before);
});

test('a key with scopes opens the routes of its scopes and the own account, nothing else', async () => {
  const call = async (apiKey: string, method: string, path: string) => {
    const headers = { 'x-api-key': apiKey };
    const response = await fetch(gateway.url + path, { method, headers });
    return [response.status, response.headers.has('ratelimit')];
  };
  const queries = gateway.admin.addUser({ role: 'admin', scopes: ['query'] }).apiKey;
  expect(await call(queries, 'POST', '/v1/query')).toEqual([200, true]);
  expect(await call(queries, 'GET', '/v1/me')).toEqual([200, true]);
  expect(await call(queries, 'GET', '/v1/admin/users')).toEqual([403, true]);
  const statistics = gateway.admin.addUser({ scopes: ['stats', 'admin'] }).apiKey;
  expect(await call(statistics, 'POST', '/v1/query')).toEqual([403, true]);
  expect(await call(statistics, 'GET', '/v1/admin/users')).toEqual([403, true]);
});

test('a key with addresses works from there alone; elsewhere it looks like no key at all', async () => {
  const here = gateway.admin.addUser({ allowed_addresses: ['127.0.0.0/8', '::1'] }).apiKey;
  expect((await me({ 'x-api-key': here })).status).toBe(200);
  const elsewhere = gateway.admin.addUser({ allowed_addresses: ['192.0.2.0/24'] });
  const refused = await me({ 'x-api-key': elsewhere.apiKey, 'x-forwarded-for': '192.0.2.1' });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ code: 'invalid_api_key' });
  expect(refused.headers.has('ratelimit')).toBe(false);
  // Its owner finds out from the log.
  await eventually(() =>
    expect(gateway.admin.entries).toContainEqual(
      expect.objectContaining({ key_id: elsewhere.keyId, status: 401, code: 'invalid_api_key' }),
    ),
  );
});

test('the field mask and the query limits of a key reach the service in the signed identity alone', async () => {
  const query_limits = {
    rows_max: 7,
    timeout_ms: null,
    memory_bytes_max: null,
    rows_to_read_max: null,
    concurrent_max: null,
  };
  const bound = gateway.admin.addUser({ fields: ['record_id', 'email'], query_limits });
  const free = gateway.admin.addUser();
  const callers: unknown[] = [];
  for (const { apiKey } of [bound, free]) {
    await fetch(`${gateway.url}/v1/query`, { method: 'POST', headers: { 'x-api-key': apiKey } });
    callers.push(gateway.lastIdentity()?.caller);
  }
  expect(callers).toEqual([
    {
      kind: 'user',
      userId: bound.userId,
      role: 'user',
      keyId: bound.keyId,
      fields: ['record_id', 'email'],
      queryLimits: query_limits,
    },
    { kind: 'user', userId: free.userId, role: 'user', keyId: free.keyId },
  ]);
});

test('a revoked key stops in under a second while it is in use', async () => {
  const { apiKey, keyId } = gateway.admin.addUser();
  expect((await me({ 'x-api-key': apiKey })).status).toBe(200);
  gateway.admin.revoke(keyId);
  const revokedMs = performance.now();
  let admittedMs = revokedMs;
  await eventually(
    async () => {
      const askedMs = performance.now();
      const { status } = await me({ 'x-api-key': apiKey });
      if (status === 200) admittedMs = askedMs;
      expect(status).toBe(401);
    },
    { intervalMs: 5 },
  );
  expect(admittedMs - revokedMs).toBeLessThan(1_000);
});

test('many requests of one key at once share one look-up, of an unknown key too', async () => {
  const known = gateway.admin.addUser().apiKey;
  const unknown = generateApiKey(randomBytes).apiKey;
  for (const [apiKey, status] of [
    [known, 200],
    [unknown, 401],
  ] as const) {
    const before = gateway.admin.asked.resolve;
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await me({ 'x-api-key': apiKey })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([status]));
    expect(gateway.admin.asked.resolve - before).toBe(1);
  }
});

test('a service that refuses our own identity is our failure, not the caller’s', async () => {
  const { apiKey } = gateway.admin.addUser();
  gateway.admin.failIdentity = true;
  try {
    const response = await me({ 'x-api-key': apiKey });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'upstream_failed', retryable: true });
  } finally {
    gateway.admin.failIdentity = false;
  }
});
