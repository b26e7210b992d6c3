import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAll } from '../test-support/read-all';
import { openLocalSource } from './local-source';
import { type Source } from './source';

const CONTENT = randomBytes(2_500_000);

let folder: string;
let file: string;
let source: Source;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'local-source-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  file = path.join(folder, 'people.csv');
  await writeFile(file, CONTENT);
  source = await openLocalSource(file, 'name.csv');
});
afterEach(() => source.close());

test('a file is read whole and in ranges, and threads may read it by its path', async () => {
  expect(source).toMatchObject({ bytesTotal: CONTENT.length, name: 'name.csv', seekable: true, path: file });
  expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
  for (const [start, end] of [
    [0, 1],
    [1_000_000, 1_100_000],
    [1_048_575, 1_048_577],
    [2_400_000, 9_000_000],
    [2_500_000, 2_500_001],
  ] as const) {
    expect((await readAll(source.read(start, end))).equals(CONTENT.subarray(start, end))).toBe(true);
  }
  await source.assertUnchanged();
});

test('a file that grows has changed', async () => {
  await appendFile(file, 'x');
  await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'source_changed' });
});

test('another time of change is another version', async () => {
  await utimes(file, 1, 1);
  await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'source_changed' });
});

test('a file cut short while it is read is noticed', async () => {
  const reading = readAll(source.read(0), () => truncateSync(file, 10));
  await expect(reading).rejects.toMatchObject({ code: 'source_changed' });
});

test('what was opened is read, also when another file takes its name', async () => {
  await writeFile(`${file}.new`, 'other');
  await rename(`${file}.new`, file);
  expect((await readAll(source.read(0))).equals(CONTENT)).toBe(true);
});

test('a file that is not there and a folder are told apart', async () => {
  await expect(openLocalSource(path.join(folder, 'no.csv'), 'no.csv')).rejects.toMatchObject({
    code: 'source_not_found',
  });
  await mkdir(path.join(folder, 'sub'));
  await expect(openLocalSource(path.join(folder, 'sub'), 'sub')).rejects.toMatchObject({
    code: 'source_unreadable',
  });
});
