import { ROUTES } from '@bigdata/models';
import { errors } from 'undici';
import { fromUpstreamError } from './upstream-error';

const withCode = (code: string): Error => Object.assign(new Error('text does not matter'), { code });

test.each([
  [withCode('ECONNREFUSED'), 'unavailable'],
  [withCode('ENOTFOUND'), 'unavailable'],
  [new errors.ConnectTimeoutError(), 'unavailable'],
  [new errors.ClientDestroyedError(), 'unavailable'],
  [new errors.SocketError('other side closed'), 'upstream_failed'],
  [withCode('ECONNRESET'), 'upstream_failed'],
  [new errors.HTTPParserError('Expected HTTP/'), 'upstream_failed'],
  [new errors.HeadersTimeoutError(), 'query_timeout'],
  [new errors.BodyTimeoutError(), 'query_timeout'],
])('%s of a query is %s', (error, code) => {
  expect(fromUpstreamError(error, ROUTES.runQuery).code).toBe(code);
});

test('a route that runs no query cannot time out as one', () => {
  expect(fromUpstreamError(new errors.HeadersTimeoutError(), ROUTES.readMe).code).toBe('unavailable');
});
