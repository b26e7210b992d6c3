import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkSource } from './source';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sources-'));
  root = path.join(folder, 'data');
  await mkdir(path.join(root, 'deep'), { recursive: true });
  await mkdir(path.join(folder, 'data-other'));
  await writeFile(path.join(root, 'deep', 'a b.csv'), 'x');
  await writeFile(path.join(folder, 'secret.csv'), 'x');
  await symlink(folder, path.join(root, 'out'));
  await symlink(path.join(folder, 'secret.csv'), path.join(root, 'link.csv'));
  await symlink(root, path.join(folder, 'alias'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const url = (...parts: string[]): string => pathToFileURL(path.join(folder, ...parts)).href;
const refused = expect.objectContaining({
  code: 'invalid_request',
  errors: [expect.objectContaining({ pointer: '#/source' })],
}) as Error;

test('files inside a root are accepted, and those that do not exist, for their job will say so', async () => {
  await checkSource(url('data', 'deep', 'a b.csv'), [root]);
  await checkSource(url('data', 'missing', 'x.csv'), [root]);
  await checkSource(url('alias', 'deep', 'a b.csv'), [root]);
  await checkSource(url('data', 'deep', 'a b.csv'), [path.join(folder, 'alias')]);
  await checkSource(url('secret.csv'), ['/']);
  await checkSource('inbox://people.csv', []);
});

test.each([
  ['beside the root', () => url('secret.csv')],
  ['in a folder whose name begins like the root', () => url('data-other', 'x.csv')],
  ['by dots', () => `file://${root}/../secret.csv`],
  ['by encoded dots', () => `file://${root}/%2e%2e/secret.csv`],
  ['by an encoded slash', () => `file://${root}/..%2fsecret.csv`],
  ['through a link to a folder', () => url('data', 'out', 'secret.csv')],
  ['through a link to a folder, to a file that does not exist', () => url('data', 'out', 'missing.csv')],
  ['through a link to a file', () => url('data', 'link.csv')],
  ['the root itself', () => url('data')],
  ['on another host', () => 'file://host/data/x.csv'],
  ['with a query', () => `${url('data', 'deep', 'a b.csv')}?x`],
])('a source outside is refused: %s', async (_how, source) => {
  await expect(checkSource(source(), [root])).rejects.toEqual(refused);
});

test('without roots no file source is accepted', async () => {
  await expect(checkSource(url('data', 'deep', 'a b.csv'), [])).rejects.toEqual(refused);
});

test.each(['inbox://../x.csv', 'inbox://.upload-x', 'inbox://a/b.csv', 'inbox://'])(
  '%s is no uploaded file',
  async (source) => {
    await expect(checkSource(source, [root])).rejects.toEqual(refused);
  },
);

test('objects of S3 and files on the web are accepted, whatever the worker will say', async () => {
  await checkSource('s3://bucket/folder/a b.csv', []);
  await checkSource('https://example.com:8443/a.csv?signature=x', []);
  await checkSource('https://93.184.215.14/a.csv', []);
});

test.each([
  's3://Bucket/a.csv',
  's3://bucket/',
  'https://user:password@example.com/a.csv',
  'https://localhost/a.csv',
  'https://127.0.0.1/a.csv',
  'https://2130706433/a.csv',
  'https://0x7f.1/a.csv',
  'https://017700000001/a.csv',
  'https://[::1]/a.csv',
  'https://[::ffff:127.0.0.1]/a.csv',
  'https://10.0.0.1/a.csv',
  'https://169.254.169.254/latest/meta-data/',
  'http://example.com/a.csv',
  'ftp://example.com/a.csv',
  'constructor:x',
])('%s is refused at once', async (source) => {
  await expect(checkSource(source, [root])).rejects.toEqual(refused);
});
