import { randomBytes } from 'node:crypto';
import { readAll } from '../test-support/read-all';
import { type ServedFile, serveFile } from '../test-support/serve-file';
import { startTestHttps, type TestHttps } from '../test-support/test-https';
import { type HttpsClient, openHttpsClient } from './https-client';
import { openHttpsSource } from './https-source';
import { type Source } from './source';

const never = new AbortController().signal;
const CONTENT = randomBytes(300_000);
const POLICY = { idleTimeoutMs: 60_000, resumesMax: 3, progressBytes: 100_000, firstPauseMs: 1 };
const HOST = 'files.example.com';

let server: TestHttps;
let client: HttpsClient;
let file: ServedFile;

beforeAll(async () => {
  server = await startTestHttps([HOST]);
  client = openHttpsClient({
    allowsHost: () => true,
    allowsAddress: (address) => address === '127.0.0.1',
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    ca: [server.certificate],
    connectTimeoutMs: 5_000,
    headTimeoutMs: 5_000,
  });
});
afterAll(async () => {
  await client.close();
  await server.close();
});
beforeEach(() => {
  file = { content: CONTENT, etag: '"v1"', ranges: true, length: true, headers: {}, next: [] };
  server.serve((request, response) => serveFile(file)(request, response));
  server.requests.length = 0;
});

const open = ({ path = '/data/people.csv', bytesMax = 1_000_000, policy = POLICY, signal = never } = {}) =>
  openHttpsSource(`https://${HOST}:${server.port}${path}`, { client, bytesMax, policy, signal });

/** Servers of every kind, by what they can do. */
const KINDS: readonly (readonly [string, Partial<ServedFile>])[] = [
  ['ranges and a strong ETag', {}],
  ['ranges and a weak ETag', { etag: 'W/"v1"' }],
  ['a length', { ranges: false }],
  ['a length and no version', { ranges: false, etag: null }],
  ['chunked transfer', { ranges: false, length: false }],
  ['chunked transfer and no version', { ranges: false, length: false, etag: null }],
];

describe.each(KINDS)('from a server with %s', (_kind, kind) => {
  let source: Source;
  beforeEach(async () => {
    Object.assign(file, kind);
    source = await open();
  });

  test('the whole file is read', async () => {
    expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
    await source.assertUnchanged();
  });

  test('any range of it is read, also again', async () => {
    for (const [start, end] of [
      [1_000, 2_500],
      [0, 10],
      [299_000, 400_000],
      [150_000, 150_000],
    ] as const) {
      expect((await readAll(source.read(start, end))).equals(CONTENT.subarray(start, end))).toBe(true);
    }
    expect((await readAll(source.read(123_456))).equals(CONTENT.subarray(123_456))).toBe(true);
  });

  test('a connection that breaks costs no byte and doubles none', async () => {
    file.next.push({ cutAfter: 70_000 }, { cutAfter: 10 }, { cutAfter: 120_000 });
    expect((await readAll(source.read(1_234))).equals(CONTENT.subarray(1_234))).toBe(true);
  });

  test('a file that is replaced by another of the same size is noticed before the reading goes on', async () => {
    file.next.push({ cutAfter: 200_000 });
    const reading = readAll(source.read(0), () => {
      file.content = randomBytes(CONTENT.length);
      file.etag &&= '"v2"';
    });
    await expect(reading).rejects.toMatchObject({ code: 'source_changed' });
  });
});

test('only a strong ETag makes a source that can be read anywhere', async () => {
  expect(await open()).toMatchObject({ seekable: true, bytesTotal: 300_000, name: 'people.csv', path: null });
  file.etag = 'W/"v1"';
  expect(await open()).toMatchObject({ seekable: false, bytesTotal: 300_000 });
  file.etag = null;
  expect(await open()).toMatchObject({ seekable: false, bytesTotal: 300_000 });
  Object.assign(file, { etag: '"v1"', ranges: false });
  expect(await open()).toMatchObject({ seekable: false, bytesTotal: 300_000 });
  file.length = false;
  expect(await open()).toMatchObject({ seekable: false, bytesTotal: null });
});

test('ranges are asked for, and a connection serves again', async () => {
  const source = await open();
  const before = server.connections();
  for (let start = 0; start < 300_000; start += 100_000) await readAll(source.read(start, start + 100_000));
  await source.assertUnchanged();
  expect(server.requests).toEqual([
    '/data/people.csv bytes=0-0',
    '/data/people.csv bytes=0-99999',
    '/data/people.csv bytes=100000-199999',
    '/data/people.csv bytes=200000-299999',
    '/data/people.csv bytes=0-0',
  ]);
  // The client may open one more while the first is about to be free.
  expect(server.connections() - before).toBeLessThan(2);
});

test('the version is that of the server, and without one every opening is another', async () => {
  const { version } = await open();
  expect((await open()).version).toBe(version);
  file.etag = '"v2"';
  expect((await open()).version).not.toBe(version);
  file.etag = null;
  file.headers['last-modified'] = 'Tue, 03 Mar 2026 08:00:00 GMT';
  expect((await open()).version).toBe((await open()).version);
  delete file.headers['last-modified'];
  expect((await open()).version).not.toBe((await open()).version);
});

test('a changed file is noticed without reading it', async () => {
  const source = await open();
  file.etag = '"v2"';
  await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'source_changed' });
  await expect(readAll(source.read(0))).rejects.toMatchObject({ code: 'source_changed' });
});

test('too many breaks end the read as unavailable', async () => {
  const source = await open();
  file.next.push({ cutAfter: 0 }, { cutAfter: 5 }, { cutAfter: 0 }, { cutAfter: 1 });
  await expect(readAll(source.read(0))).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that falls silent counts as a broken connection', async () => {
  const source = await open({ policy: { ...POLICY, idleTimeoutMs: 50 } });
  file.next.push({ stallAfter: 1_000 });
  expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
});

test('a server that never answers is unavailable', async () => {
  const impatient = openHttpsClient({
    allowsHost: () => true,
    allowsAddress: () => true,
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    ca: [server.certificate],
    connectTimeoutMs: 5_000,
    headTimeoutMs: 50,
  });
  server.serve(() => undefined);
  const url = `https://${HOST}:${server.port}/`;
  const opening = openHttpsSource(url, { client: impatient, bytesMax: 1, policy: POLICY, signal: never });
  await expect(opening).rejects.toMatchObject({
    code: 'unavailable',
    context: { code: 'UND_ERR_HEADERS_TIMEOUT' },
  });
  await impatient.close();
});

test('a job that is stopped waits for nothing', async () => {
  const stop = new AbortController();
  const source = await open({ signal: stop.signal });
  file.next.push({ stallAfter: 1_000 });
  await expect(readAll(source.read(0), () => stop.abort(new Error('stopped')))).rejects.toThrow('stopped');
  await expect(source.assertUnchanged()).rejects.toThrow('stopped');
});

test('a file over the limit is refused by its size', async () => {
  expect(await open({ bytesMax: 300_000 })).toMatchObject({ bytesTotal: 300_000 });
  await expect(open({ bytesMax: 299_999 })).rejects.toMatchObject({ code: 'source_too_large' });
});

test('a file of unknown size is refused when it has sent more than the limit', async () => {
  Object.assign(file, { ranges: false, length: false });
  expect(await readAll((await open({ bytesMax: 300_000 })).read(0))).toHaveLength(300_000);
  const source = await open({ bytesMax: 299_999 });
  await expect(readAll(source.read(0))).rejects.toMatchObject({ code: 'source_too_large' });
});

test('an empty file is empty', async () => {
  file.content = Buffer.alloc(0);
  for (const kind of [{}, { ranges: false }, { ranges: false, length: false }]) {
    Object.assign(file, kind);
    expect(await readAll((await open()).read(0))).toHaveLength(0);
  }
});

test.each(['gzip', 'br', 'GZIP', 'identity, gzip'])(
  'a file sent with Content-Encoding %s is refused',
  async (encoding) => {
    file.headers['content-encoding'] = encoding;
    await expect(open()).rejects.toMatchObject({ code: 'source_unreadable' });
  },
);

test('Content-Encoding identity is no encoding', async () => {
  file.headers['content-encoding'] = 'identity';
  expect(await readAll((await open()).read(0))).toHaveLength(300_000);
});

test.each([
  [404, 'source_not_found'],
  [410, 'source_not_found'],
  [401, 'source_unreadable'],
  [403, 'source_unreadable'],
  [204, 'source_unreadable'],
  [304, 'source_unreadable'],
  [429, 'unavailable'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('status %i is %s', async (status, code) => {
  server.serve((_request, response) => void response.writeHead(status).end());
  await expect(open()).rejects.toMatchObject({ code });
});

test('the name is the last part of the path, decoded where that is possible', async () => {
  expect((await open({ path: '/a/b%20c.csv.gz?x=/y.xml' })).name).toBe('b c.csv.gz');
  expect((await open({ path: '/a/100%.csv' })).name).toBe('100%.csv');
});
