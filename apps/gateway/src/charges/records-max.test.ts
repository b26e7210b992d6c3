import { type ResolvedKey, type RouteContract, ROUTES } from '@bigdata/models';
import { recordsMaxOf } from './records-max';

const KEY: ResolvedKey = {
  id: 'key',
  hash: 'hash',
  pepper_id: null,
  user_id: '01890a5d-ac96-774b-bcce-b302099a8058',
  role: 'user',
  scopes: null,
  allowed_addresses: null,
  fields: null,
  limits: [{ name: 'minute', limit: 1, window_s: 60 }],
  in_flight_max: null,
  query_limits: null,
  prices: null,
  erasure_mark: null,
};
const CAPPED: ResolvedKey = {
  ...KEY,
  query_limits: {
    rows_max: 50,
    timeout_ms: null,
    memory_bytes_max: null,
    rows_to_read_max: null,
    concurrent_max: null,
  },
};

const recordsMax = (
  contract: RouteContract,
  body: string | null,
  { accept, key = KEY }: { accept?: string; key?: ResolvedKey } = {},
): number => recordsMaxOf({ contract, key, accept, body: body === null ? null : Buffer.from(body) }, 5_000);

test.each([
  ['{}', 100],
  [null, 100],
  ['', 100],
  ['{"limit":7}', 7],
  ['{"limit":1,"limit":9}', 9],
  ['{"limit":5000}', 1_000],
  ['{"limit":-1}', 1_000],
  ['{"limit":1.5}', 1_000],
  ['{"limit":"7"}', 1_000],
  ['{"limit":', 1_000],
  ['7', 1_000],
  ['\u{feff}{"limit":7}', 1_000],
])('a page asked for by %j may hold %i records', (body, expected) => {
  expect(recordsMax(ROUTES.runQuery, body)).toBe(expected);
  expect(recordsMax(ROUTES.runQuery, body, { accept: 'application/json, text/plain, */*' })).toBe(expected);
  expect(recordsMax(ROUTES.runQuery, body, { accept: '*/*' })).toBe(expected);
});

test.each(['text/csv', 'Application/X-NDJSON', 'application/json;q=0.1, text/csv', 'text/*'])(
  'what is accepted as %s is taken for a stream: its limit, and at most the row cap',
  (accept) => {
    expect(recordsMax(ROUTES.runQuery, '{}', { accept })).toBe(5_000);
    expect(recordsMax(ROUTES.runQuery, '{"limit":3000}', { accept })).toBe(3_000);
    expect(recordsMax(ROUTES.runQuery, '{}', { accept, key: CAPPED })).toBe(50);
    expect(recordsMax(ROUTES.runQuery, '{"limit":3000}', { accept, key: CAPPED })).toBe(50);
  },
);

test.each([
  ['{"record_ids":["a","b"]}', 2],
  ['{"emails":["a","b"]}', 200],
  [JSON.stringify({ phones: Array.from({ length: 1_000 }, String) }), 10_000],
  ['{}', 0],
  ['{', 10_000],
])('a lookup of %.40j may hold %i records', (body, expected) => {
  expect(recordsMax(ROUTES.lookup, body)).toBe(expected);
});

test('statistics hold no records', () => {
  expect(recordsMax(ROUTES.readStats, null)).toBe(0);
});
