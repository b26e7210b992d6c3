import { acceptedEncoding } from './accept-encoding';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['br', null],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['gzip, zstd', 'zstd'],
  ['gzip;q=1.0, zstd;q=0.5', 'gzip'],
  ['gzip;q=0', null],
  ['*', 'zstd'],
  ['*, zstd;q=0', 'gzip'],
  ['identity;q=1, gzip;q=0.5', null],
])('a caller that sends Accept-Encoding: %s gets %s', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});
