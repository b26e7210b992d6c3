import { gzipSync } from 'node:zlib';
import { AppError, ROUTES } from '@bigdata/models';
import { Secret } from '../config/secret';
import { createIdentityCodec, IDENTITY_HEADER } from '../identity';
import { createLogger } from '../log/logger';
import { createMetrics } from '../metrics';
import { NO_TRACING } from '../trace/tracing';
import { listen, type Listening } from './listen';
import { bindRoute, createServiceApp } from './service-app';

let door: Listening;
const identity = createIdentityCodec(new Secret('identity-secret-of-the-platform-tests'), Date.now);

beforeAll(async () => {
  const app = createServiceApp({
    bindings: [
      bindRoute(ROUTES.createUser, () => Promise.reject(new AppError('conflict'))),
      bindRoute(ROUTES.listUsers, () =>
        Promise.resolve({ data: [], page: { limit: 100, has_more: false, next_cursor: null } }),
      ),
    ],
    identity,
    logger: createLogger({ service: 'test', level: 'error', format: 'json' }),
    metrics: createMetrics('test'),
    tracing: NO_TRACING,
    bodyLimitBytes: 1_024,
    clockMs: () => performance.now(),
  });
  door = await listen(app, '127.0.0.1', 0);
});

afterAll(() => door.close());

const { path } = ROUTES.createUser;

function sign(method: string, target: string): string {
  const caller = { kind: 'user', userId: 'u1', role: 'admin', keyId: 'k1' } as const;
  return identity.sign({ caller, requestId: 'request-0001' }, { method, target });
}

function send(headers: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  const signed = { [IDENTITY_HEADER]: sign(init.method ?? 'GET', path) };
  return fetch(`http://127.0.0.1:${door.port}${path}`, { ...init, headers: { ...signed, ...headers } });
}

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  const answer = await send({ 'content-type': 'application/json', ...headers }, { method: 'POST', body });
  return [answer.status, ((await answer.json()) as { code: string }).code];
}

const BODY = JSON.stringify({ username: 'acme' });
/** Of the handler, so the body was taken. */
const TAKEN = [409, 'conflict'];

test('a body as it is reaches the handler, said so or not', async () => {
  expect(await post(BODY, {})).toEqual(TAKEN);
  expect(await post(BODY, { 'content-encoding': 'identity' })).toEqual(TAKEN);
});

test.each([
  ['compressed', gzipSync(BODY)],
  ['said to be compressed and is not', BODY],
])('a body that is %s is refused before anything unfolds it', async (_name, body) => {
  expect(await post(body, { 'content-encoding': 'gzip' })).toEqual([415, 'unsupported_media_type']);
});

test('an answer without an ETag is given whole, whatever If-None-Match says', async () => {
  // Without this header fetch would ask to pass all caches by, which is an answer whole in any case.
  const answer = await send({ 'if-none-match': '*', 'cache-control': 'max-age=60' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ data: [] });
});

test('an identity opens the request that it was made for, and no other', async () => {
  const own = await send({ [IDENTITY_HEADER]: sign('GET', path) });
  expect([own.status, own.headers.get('x-request-id')]).toEqual([200, 'request-0001']);
  for (const other of [sign('GET', `${path}?limit=5`), sign('POST', path), sign('GET', '/v1/admin/audit')]) {
    expect((await send({ [IDENTITY_HEADER]: other })).status).toBe(401);
  }
});

test('an identity that was overheard repeats no change', async () => {
  const identityOfPost = { [IDENTITY_HEADER]: sign('POST', path) };
  expect(await post(BODY, identityOfPost)).toEqual(TAKEN);
  expect(await post(BODY, identityOfPost)).toEqual([401, 'invalid_api_key']);
  expect(await post(BODY, {})).toEqual(TAKEN);
});
