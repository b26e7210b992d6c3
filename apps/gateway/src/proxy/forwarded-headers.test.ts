import { headersToClient, headersToService } from './forwarded-headers';

test('only listed headers reach a service', () => {
  expect(
    headersToService({
      accept: 'text/csv',
      'content-type': 'application/json',
      'x-bigdata-identity': 'forged',
      'x-api-key': 'k',
      authorization: 'Bearer k',
      cookie: 'c',
      host: 'h',
      connection: 'close',
      'x-forwarded-for': '1.2.3.4',
      'x-request-id': 'set by the gateway itself',
    }),
  ).toEqual({ accept: 'text/csv', 'content-type': 'application/json' });
});

test('headers of one hop, those it names, and internal ones do not reach a client', () => {
  expect(
    headersToClient({
      connection: 'close, X-Named',
      'x-named': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'x-bigdata-rows': '1',
      'x-credits-charged': '999',
      'x-request-id': 'other',
      etag: '"e"',
      'content-length': '3',
    }),
  ).toEqual({ etag: '"e"', 'content-length': '3', 'cache-control': 'private, no-store' });
});

test('a service may say itself how its answer is cached', () => {
  expect(headersToClient({ 'cache-control': 'private, max-age=5' })['cache-control']).toBe(
    'private, max-age=5',
  );
});
