import { gzipSync } from 'node:zlib';
import { AppError, ROUTES } from '@bigdata/models';
import { Secret } from '../config/secret';
import { createIdentityCodec, IDENTITY_HEADER } from '../identity';
import { createLogger } from '../log/logger';
import { createMetrics } from '../metrics';
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
    bodyLimitBytes: 1_024,
    clockMs: () => performance.now(),
  });
  door = await listen(app, '127.0.0.1', 0);
});

afterAll(() => door.close());

function send(headers: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  const caller = { kind: 'user', userId: 'u1', role: 'admin', keyId: 'k1' } as const;
  const signed = { [IDENTITY_HEADER]: identity.sign({ caller, requestId: 'request-0001' }) };
  const url = `http://127.0.0.1:${door.port}${ROUTES.createUser.path}`;
  return fetch(url, { ...init, headers: { ...signed, ...headers } });
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
