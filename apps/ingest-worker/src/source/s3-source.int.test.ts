import { randomBytes } from 'node:crypto';
import { Secret } from '@bigdata/platform';
import { startTestS3, type TestS3 } from '../test-support/test-s3';
import { readAll } from '../test-support/read-all';
import { openS3Client, type S3Client, type S3Settings } from './s3-client';
import { openS3Source } from './s3-source';
import { type Source } from './source';

const never = new AbortController().signal;
const CONTENT = randomBytes(300_000);
const POLICY = { idleTimeoutMs: 60_000, resumesMax: 3, progressBytes: 100_000, firstPauseMs: 1 };

let store: TestS3;
let client: S3Client;

beforeAll(async () => {
  store = await startTestS3();
  client = openS3Client(settings());
});
afterAll(async () => {
  client.close();
  await store.close();
});
beforeEach(() => {
  store.requests.length = 0;
  store.next.length = 0;
  store.put('data', 'folder/people.csv', CONTENT);
});

function settings(changes: Partial<S3Settings> = {}): S3Settings {
  return {
    endpoint: store.endpoint,
    region: store.key.region,
    forcePathStyle: true,
    credentials: { accessKeyId: store.key.id, secretAccessKey: new Secret(store.key.secret) },
    ca: null,
    connectTimeoutMs: 5_000,
    headTimeoutMs: 5_000,
    connectionsMax: 4,
    ...changes,
  };
}

const open = (
  source = 's3://data/folder/people.csv',
  { policy = POLICY, signal = never, through = client } = {},
): Promise<Source> => openS3Source(source, { client: through, buckets: ['data'], policy, signal });

test('an object is read whole, and its name and size are told', async () => {
  const source = await open();
  expect(source).toMatchObject({
    bytesTotal: CONTENT.length,
    name: 'people.csv',
    seekable: true,
    path: null,
  });
  expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
  await source.assertUnchanged();
  await source.close();
});

test('a range is asked for and nothing else is transferred', async () => {
  const source = await open();
  expect((await readAll(source.read(1_000, 2_500))).equals(CONTENT.subarray(1_000, 2_500))).toBe(true);
  expect((await readAll(source.read(299_990))).equals(CONTENT.subarray(299_990))).toBe(true);
  expect((await readAll(source.read(299_990, 400_000))).equals(CONTENT.subarray(299_990))).toBe(true);
  expect(await readAll(source.read(300_000))).toHaveLength(0);
  expect(store.requests).toEqual([
    'HEAD',
    'GET bytes=1000-2499',
    'GET bytes=299990-299999',
    'GET bytes=299990-299999',
  ]);
});

test('an empty object is read without a request', async () => {
  store.put('data', 'empty.csv', Buffer.alloc(0));
  const source = await open('s3://data/empty.csv');
  expect(source.bytesTotal).toBe(0);
  expect(await readAll(source.read(0))).toHaveLength(0);
});

test.each(['a b+c%20d.csv', 'ü/漢字.csv', "it's (1)!*.csv", '//a/./x/../b.csv', 'a?b#c&d=e.csv'])(
  'the key %j is signed and found as it stands',
  async (key) => {
    store.put('data', key, Buffer.from(key));
    const source = await open(`s3://data/${key}`);
    expect((await readAll(source.read(0))).toString()).toBe(key);
  },
);

test('a connection that breaks is resumed where it broke, without a byte lost or doubled', async () => {
  const source = await open();
  store.next.push({ cutAfter: 70_000 }, 503, { cutAfter: 0 }, { cutAfter: 130_000 });
  expect((await readAll(source.read(10, 290_000))).equals(CONTENT.subarray(10, 290_000))).toBe(true);
  const starts = store.requests.slice(1).map((line) => Number(/bytes=(\d+)-/.exec(line)?.[1]));
  expect(starts).toHaveLength(5);
  expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  expect(starts[1]).toBeGreaterThan(10);
});

test('too many breaks in a row end the read as unavailable', async () => {
  const source = await open();
  store.next.push(500, 503, { cutAfter: 0 }, 500);
  await expect(readAll(source.read(0))).rejects.toMatchObject({ code: 'unavailable' });
  expect(store.requests).toHaveLength(5);
});

test('a server that falls silent counts as a broken connection', async () => {
  const source = await open('s3://data/folder/people.csv', { policy: { ...POLICY, idleTimeoutMs: 50 } });
  store.next.push({ stallAfter: 1_000 });
  expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
  expect(store.requests).toHaveLength(3);
});

test('an object that is replaced is noticed before anything of the new one is read', async () => {
  const source = await open();
  store.next.push({ cutAfter: 100_000 });
  const reading = readAll(source.read(0), () => store.put('data', 'folder/people.csv', randomBytes(300_000)));
  await expect(reading).rejects.toMatchObject({ code: 'source_changed' });
  await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'source_changed' });
  expect((await open()).version).not.toBe(source.version);
});

test('an object written again with the same bytes is the same version', async () => {
  const { version } = await open();
  store.put('data', 'folder/people.csv', Buffer.from(CONTENT));
  expect((await open()).version).toBe(version);
});

test('what is missing, forbidden or away is told apart', async () => {
  store.put('data', 'secret.csv', CONTENT);
  store.forbid('data', 'secret.csv');
  await expect(open('s3://data/missing.csv')).rejects.toMatchObject({ code: 'source_not_found' });
  await expect(open('s3://data/secret.csv')).rejects.toMatchObject({ code: 'source_unreadable' });
  for (const status of [429, 500, 503]) {
    store.next.push(status);
    await expect(open()).rejects.toMatchObject({ code: 'unavailable', context: { system: 's3', status } });
  }
});

test('an object that is deleted or forbidden in the middle of a load is told as that', async () => {
  const source = await open();
  store.next.push(404, 403);
  await expect(readAll(source.read(0))).rejects.toMatchObject({ code: 'source_not_found' });
  await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('a bucket that is not listed is refused without a request', async () => {
  store.put('other', 'people.csv', CONTENT);
  await expect(open('s3://other/people.csv')).rejects.toMatchObject({ code: 'source_not_allowed' });
  await expect(open('s3://data')).rejects.toMatchObject({ code: 'source_not_allowed' });
  expect(store.requests).toEqual([]);
});

test('a wrong secret is told as unreadable, and the secret is nowhere in the error', async () => {
  const secret = randomBytes(20).toString('hex');
  const through = openS3Client(
    settings({ credentials: { accessKeyId: store.key.id, secretAccessKey: new Secret(secret) } }),
  );
  const error: unknown = await open(undefined, { through }).catch((thrown: unknown) => thrown);
  through.close();
  expect(error).toMatchObject({ code: 'source_unreadable' });
  expect(JSON.stringify(error)).not.toContain(secret);
});

test('a store that cannot be reached is unavailable', async () => {
  const gone = await startTestS3();
  await gone.close();
  const through = openS3Client(settings({ endpoint: gone.endpoint }));
  await expect(open(undefined, { through })).rejects.toMatchObject({
    code: 'unavailable',
    context: { code: 'ECONNREFUSED' },
  });
  through.close();
});

test('a job that is stopped does not wait for a silent store', async () => {
  const stop = new AbortController();
  const source = await open(undefined, { signal: stop.signal });
  store.next.push({ stallAfter: 1_000 });
  const reading = readAll(source.read(0), () => stop.abort(new Error('stopped')));
  await expect(reading).rejects.toThrow('stopped');
});
