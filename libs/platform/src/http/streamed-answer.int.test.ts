import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { AppError, ROUTES } from '@bigdata/models';
import { Secret } from '../config/secret';
import { createIdentityCodec, IDENTITY_HEADER } from '../identity';
import { createLogger } from '../log/logger';
import { createMetrics } from '../metrics';
import { NO_TRACING } from '../trace/tracing';
import { listen, type Listening } from './listen';
import { bindRoute, createServiceApp } from './service-app';
import { StreamedAnswer } from './streamed-answer';

const PIECE = Buffer.alloc(65_536, 'x');
/** Far more than the sockets of both sides take. */
const PIECES_MAX = 2_000;

let door: Listening;
let pieces: () => Generator<Uint8Array | Promise<Uint8Array>, void>;
const identity = createIdentityCodec(new Secret('identity-secret-of-the-platform-tests'), Date.now);

beforeAll(async () => {
  const app = createServiceApp({
    bindings: [
      bindRoute(ROUTES.listRejects, () => {
        const headers = { 'Content-Disposition': 'attachment; filename="rejects.csv"' };
        const stream = inTurn(pieces());
        return Promise.resolve(
          new StreamedAnswer({ contentType: 'text/csv; charset=utf-8', headers, stream }),
        );
      }),
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

async function open(method = 'GET'): Promise<IncomingMessage> {
  const path = ROUTES.listRejects.path.replace('{id}', '0198c0de-0000-7000-8000-000000000001');
  const caller = { kind: 'user', userId: 'u1', role: 'admin', keyId: 'k1' } as const;
  const headers = {
    [IDENTITY_HEADER]: identity.sign({ caller, requestId: 'request-0001' }, { method, target: path }),
  };
  const request = get({ host: '127.0.0.1', port: door.port, path, method, headers, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  return Buffer.concat(await answer.toArray()).toString();
}

test('each piece leaves when it is there, behind the headers of the answer', async () => {
  const more = Promise.withResolvers<undefined>();
  pieces = function* () {
    yield Buffer.from('one,');
    yield more.promise.then(() => Buffer.from('two'));
  };
  const answer = await open();
  const [first] = (await once(answer, 'data')) as [Buffer];
  expect(first.toString()).toBe('one,');
  more.resolve(undefined);
  expect(await textOf(answer)).toBe('two');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="rejects.csv"',
    'cache-control': 'private, no-store',
    'x-request-id': expect.any(String) as string,
  });
});

test('a failure before the first piece is a problem document', async () => {
  pieces = function* () {
    yield failure();
  };
  const answer = await open();
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['content-disposition']).toBeUndefined();
  expect(JSON.parse(await textOf(answer))).toMatchObject({ code: 'unavailable' });
});

test('a failure after it cuts the connection before the proper end', async () => {
  pieces = function* () {
    yield PIECE;
    yield failure();
  };
  const answer = await open();
  await expect(textOf(answer)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(answer.complete).toBe(false);
});

test('a client that takes nothing is given no more than fits, and when it goes the stream is left', async () => {
  let given = 0;
  const left = Promise.withResolvers<undefined>();
  pieces = function* () {
    try {
      for (; given < PIECES_MAX; given += 1) yield PIECE;
    } finally {
      left.resolve(undefined);
    }
  };
  const answer = await open();
  answer.on('error', () => undefined);
  answer.destroy();
  await left.promise;
  expect(given).toBeLessThan(PIECES_MAX);
});

test('HEAD gets the headers, and nothing is asked of the stream', async () => {
  let asked = false;
  pieces = function* () {
    asked = true;
    yield PIECE;
  };
  const answer = await open('HEAD');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(await textOf(answer)).toBe('');
  expect(asked).toBe(false);
});

async function* inTurn(given: Iterable<Uint8Array | Promise<Uint8Array>>): AsyncGenerator<Uint8Array, void> {
  for (const piece of given) yield await piece;
}

function failure(): Promise<never> {
  return Promise.reject(new AppError('unavailable'));
}
