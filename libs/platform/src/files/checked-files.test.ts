import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { checkFiles, hashFiles, writeChecked, writeWhole } from './checked-files';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'checked-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is known by what was written, and found the same again', async () => {
  const file = await writeChecked(folder, 'a/b.txt', Readable.from([Buffer.from('one'), Buffer.from('two')]));
  expect(file).toMatchObject({ path: 'a/b.txt', bytes: 6 });
  expect(await readFile(path.join(folder, 'a/b.txt'), 'utf8')).toBe('onetwo');
  expect(await hashFiles(folder)).toEqual([file]);
  expect(await checkFiles(folder, [file])).toEqual([]);
});

test('what counts is what lies on the disk, behind every stage', async () => {
  const file = await writeChecked(folder, 'x.gz', Readable.from([Buffer.alloc(10_000)]), createGzip());
  expect(file.bytes).toBeLessThan(1_000);
  expect(await checkFiles(folder, [file])).toEqual([]);
  const chunks = Readable.from([await readFile(path.join(folder, 'x.gz'))]).pipe(createGunzip());
  expect(Buffer.concat(await chunks.toArray())).toHaveLength(10_000);
});

test('a file that is missing, cut or changed is named', async () => {
  const files = [];
  for (const name of ['gone', 'cut', 'changed']) {
    files.push(await writeChecked(folder, name, Readable.from([Buffer.from('text')])));
  }
  await rm(path.join(folder, 'gone'));
  await writeFile(path.join(folder, 'cut'), 'tex');
  await writeFile(path.join(folder, 'changed'), 'tent');
  expect(await checkFiles(folder, files)).toEqual([
    'gone is missing',
    'cut has 3 bytes in place of 4',
    'changed was changed',
  ]);
});

test('nothing that is there already is written over, unless as a whole', async () => {
  await writeWhole(path.join(folder, 'm.json'), '1');
  await writeWhole(path.join(folder, 'm.json'), '2');
  expect(await readFile(path.join(folder, 'm.json'), 'utf8')).toBe('2');
  const again = writeChecked(folder, 'm.json', Readable.from([Buffer.from('3')]));
  await expect(again).rejects.toMatchObject({ code: 'EEXIST' });
});
