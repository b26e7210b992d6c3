import { type LookupAddress } from 'node:dns';
import { isPublicAddress } from '@bigdata/platform';
import { startTestHttps, type TestHttps } from '../test-support/test-https';
import { type HttpsAnswer, type HttpsClient, type HttpsClientOptions, openHttpsClient } from './https-client';

const never = new AbortController().signal;
/** Where the test's server is, and the only address that is taken for a public one besides those that are. */
const SERVER = '127.0.0.1';
const allowsAddress = (address: string): boolean => address === SERVER || isPublicAddress(address);

let server: TestHttps;
const names = new Map<string, readonly string[]>();
let lookups: string[] = [];
let clients: HttpsClient[] = [];

beforeAll(async () => {
  server = await startTestHttps(['files.example.com', 'other.example.com']);
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.serve((_request, response) => void response.end('x'));
  lookups = [];
  names.clear();
  names.set('files.example.com', [SERVER]);
  names.set('other.example.com', [SERVER]);
});
afterEach(async () => {
  for (const client of clients) await client.close();
  clients = [];
});

function resolve(host: string): Promise<LookupAddress[]> {
  lookups.push(host);
  const addresses = names.get(host);
  if (!addresses) return Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
  return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
}

async function get(url: string, changes: Partial<HttpsClientOptions> = {}): Promise<HttpsAnswer> {
  const client = openHttpsClient({
    allowsHost: () => true,
    allowsAddress,
    resolve,
    ca: [server.certificate],
    connectTimeoutMs: 5_000,
    headTimeoutMs: 5_000,
    ...changes,
  });
  clients.push(client);
  const answer = await client.get(new URL(url.replace('PORT', String(server.port))), {}, never);
  await answer.discard();
  return answer;
}

const redirectTo = (...locations: string[]): void =>
  server.serve((_request, response) => {
    const location = locations.shift();
    if (location === undefined) response.end('x');
    else response.writeHead(302, { location: location.replace('PORT', String(server.port)) }).end();
  });

const notAllowed = { code: 'source_not_allowed' };
const FILE = 'https://files.example.com:PORT/a.csv';

test('a public name is connected to at the addresses that were judged', async () => {
  expect((await get(FILE)).status).toBe(200);
  expect(lookups).toEqual(['files.example.com']);
});

test.each([
  'https://10.0.0.1/',
  'https://192.168.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://0/',
  'https://127.0.0.2:PORT/',
  'https://127.2/',
  'https://2130706434/',
  'https://0x7f000002/',
  'https://0x7f.0.0.2/',
  'https://0177.0.0.2/',
  'https://017700000002/',
  'https://１２７.0.0.2/',
  'https://[::]/',
  'https://[::1]:PORT/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]:PORT/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://[ff02::1]/',
])('%s is refused without a connection', async (url) => {
  const before = server.connections();
  await expect(get(url)).rejects.toMatchObject(notAllowed);
  expect([lookups, server.connections()]).toEqual([[], before]);
});

test.each([
  ['a private address', ['10.0.0.1']],
  ['loopback', ['127.0.0.2']],
  ['IPv6 loopback', ['::1']],
  ['a mapped address', ['::ffff:127.0.0.1']],
  ['a public and a private address', ['93.184.215.14', '192.168.0.1']],
  ['a private address after the one of the server', [SERVER, '10.0.0.1']],
])('a name that resolves to %s is refused without a connection', async (_what, addresses) => {
  names.set('files.example.com', addresses);
  const before = server.connections();
  await expect(get(FILE)).rejects.toMatchObject(notAllowed);
  expect(server.connections()).toBe(before);
});

test('a name with a dot at its end is judged by its addresses like any other', async () => {
  names.set('localhost.', ['127.0.0.2']);
  await expect(get('https://localhost.:PORT/')).rejects.toMatchObject(notAllowed);
});

test('a name that resolves to something else the second time was judged and connected to the first time', async () => {
  let calls = 0;
  const rebinding = (): Promise<LookupAddress[]> => {
    calls += 1;
    return Promise.resolve([{ address: calls === 1 ? SERVER : '127.0.0.2', family: 4 }]);
  };
  expect((await get(FILE, { resolve: rebinding })).status).toBe(200);
  expect(calls).toBe(1);
});

test('a redirect is followed, and its target judged like the first host', async () => {
  redirectTo('https://other.example.com:PORT/b.csv?x=1#top', '/c.csv');
  expect((await get(FILE)).status).toBe(200);
  expect(server.requests).toEqual(['/a.csv', '/b.csv?x=1', '/c.csv']);
});

test.each([
  ['a private address', 'https://127.0.0.2:PORT/'],
  ['another spelling of one', 'https://0x7f.2/'],
  ['a name with a private address', 'https://inside.example.com/'],
  ['http', 'http://files.example.com/'],
  ['another scheme', 'file:///etc/passwd'],
  ['a user and a password', 'https://user:password@other.example.com:PORT/'],
  ['this machine', 'https://localhost:PORT/'],
  ['no address at all', 'https://'],
])('a redirect to %s is refused', async (_what, location) => {
  names.set('inside.example.com', ['10.0.0.1']);
  redirectTo(location);
  await expect(get(FILE)).rejects.toMatchObject(notAllowed);
  expect(server.requests).toEqual(['/a.csv']);
});

test('five redirects are followed, a sixth is not', async () => {
  redirectTo(...Array.from({ length: 5 }, (_, hop) => `/${hop}`));
  expect((await get(FILE)).status).toBe(200);
  redirectTo(...Array.from({ length: 6 }, (_, hop) => `/${hop}`));
  await expect(get(FILE)).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('where hosts are listed, others are refused, also behind a redirect', async () => {
  const allowsHost = (host: string): boolean => host === 'files.example.com';
  expect((await get(FILE, { allowsHost })).status).toBe(200);
  await expect(get('https://other.example.com:PORT/', { allowsHost })).rejects.toMatchObject(notAllowed);
  redirectTo('https://other.example.com:PORT/');
  await expect(get(FILE, { allowsHost })).rejects.toMatchObject(notAllowed);
});

test('a certificate that nobody vouches for is refused', async () => {
  await expect(get(FILE, { ca: null })).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('a certificate for another name is refused', async () => {
  names.set('wrong.example.com', [SERVER]);
  await expect(get('https://wrong.example.com:PORT/')).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('a name that does not exist is not found; a resolver that is away makes the source unavailable', async () => {
  await expect(get('https://nowhere.example.com/')).rejects.toMatchObject({ code: 'source_not_found' });
  const away = () => Promise.reject(Object.assign(new Error('away'), { code: 'EAI_AGAIN' }));
  await expect(get(FILE, { resolve: away })).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that is away makes the source unavailable', async () => {
  const gone = await startTestHttps(['files.example.com']);
  await gone.close();
  await expect(get(`https://files.example.com:${gone.port}/`)).rejects.toMatchObject({
    code: 'unavailable',
    context: { code: 'ECONNREFUSED' },
  });
});

test('what a URL carries in its query is in no error', async () => {
  server.serve((request) => request.socket.destroy());
  const error: unknown = await get(`${FILE}?signature=s3cr3t`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(JSON.stringify([error, (error as Error).cause, (error as Error).stack])).not.toContain('s3cr3t');
});
