import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveLocalPath } from './resolve-local-path';

let root: string;
const inRoot = (...parts: string[]): string => path.join(root, ...parts);

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'source-')));
  for (const folder of ['inbox', 'data', 'data/deep', 'data-secret']) mkdirSync(inRoot(folder));
  for (const file of [
    'inbox/up.csv',
    'data/deep/a #1 100%.csv',
    'data/deep/b%20c.csv',
    'data/deep/b c.csv',
    'data-secret/s.csv',
    'outside.csv',
  ]) {
    writeFileSync(inRoot(file), 'email\n');
  }
  symlinkSync(inRoot('outside.csv'), inRoot('data', 'leak.csv'));
  symlinkSync(inRoot('outside.csv'), inRoot('inbox', 'leak.csv'));
  symlinkSync(inRoot('data'), inRoot('alias'));
});
afterAll(() => rmSync(root, { recursive: true }));

const resolve = (source: string): Promise<string> =>
  resolveLocalPath(source, { inbox: inRoot('inbox'), fileRoots: [inRoot('data')] });

test('an uploaded file, and a file under a root whatever characters its name has', async () => {
  expect(await resolve('inbox://up.csv')).toBe(inRoot('inbox/up.csv'));
  expect(await resolve(`file://${inRoot('data/deep/a #1 100%.csv')}`)).toBe(
    inRoot('data/deep/a #1 100%.csv'),
  );
});

test('a file under a root as a URI spells it', async () => {
  expect(await resolve(pathToFileURL(inRoot('data/deep/a #1 100%.csv')).href)).toBe(
    inRoot('data/deep/a #1 100%.csv'),
  );
  // A name that looks like a spelling of another one is taken as it is written.
  expect(await resolve(`file://${inRoot('data/deep/b%20c.csv')}`)).toBe(inRoot('data/deep/b%20c.csv'));
});

test.each([
  ['a path that climbs out in the spelling of a URI', () => `file://${inRoot('data')}/%2e%2e%2foutside.csv`],
  ['a link that leads out in the spelling of a URI', () => `file://${inRoot('data')}/le%61k.csv`],
  ['a zero byte in the spelling of a URI', () => `file://${inRoot('data')}/x%00.csv`],
  ['a path that climbs out', () => `file://${inRoot('data')}/../outside.csv`],
  ['a neighbour whose name begins like the root', () => `file://${inRoot('data-secret/s.csv')}`],
  ['a link that leads out', () => `file://${inRoot('data/leak.csv')}`],
  ['a link in the inbox that leads out', () => 'inbox://leak.csv'],
  ['a name with a folder', () => 'inbox://../outside.csv'],
  ['a relative path', () => 'file://data/x.csv'],
  ['a missing file outside', () => `file://${inRoot('nothing.csv')}`],
  ['a zero byte', () => `file://${inRoot('data')}/x\0.csv`],
])('%s is not allowed', async (_name, source) => {
  await expect(resolve(source())).rejects.toMatchObject({ code: 'source_not_allowed' });
});

test('a root may itself be reached by a link', async () => {
  const viaAlias = resolveLocalPath(`file://${inRoot('alias/deep/a #1 100%.csv')}`, {
    inbox: inRoot('inbox'),
    fileRoots: [inRoot('alias')],
  });
  expect(await viaAlias).toBe(inRoot('data/deep/a #1 100%.csv'));
});

test('a missing file inside is told as missing', async () => {
  await expect(resolve(`file://${inRoot('data/nothing.csv')}`)).rejects.toMatchObject({
    code: 'source_not_found',
  });
});
