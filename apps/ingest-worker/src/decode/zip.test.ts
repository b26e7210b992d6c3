import { LIMITS, readFileRows, sourceOf } from '../test-support/read-rows';
import { createZipFile, type ZipMember } from '../test-support/zip-file';
import { readHead } from './byte-source';
import { findZipMember, readZipMember } from './zip';

const CSV = 'name,email\nJane,j@example.com\n';

async function contentOf(members: readonly ZipMember[], wanted: string | null = null): Promise<string> {
  const source = sourceOf(createZipFile(members), 10);
  const member = await findZipMember(source, wanted);
  const { head } = await readHead(readZipMember(source, member, LIMITS), 1_000_000);
  return head.toString();
}

test.each([
  ['deflated', 8],
  ['stored', 0],
])('the one file of a zip is read, %s', async (_name, method) => {
  expect(await contentOf([{ name: 'people.csv', content: CSV, method }])).toBe(CSV);
});

test('folders and what file managers leave behind are no files', async () => {
  const members = [
    { name: 'data/', content: '', method: 0 },
    { name: '__MACOSX/._people.csv', content: 'x' },
    { name: 'data/.DS_Store', content: 'x' },
    { name: 'data/people.csv', content: CSV },
  ];
  expect(await contentOf(members)).toBe(CSV);
});

test('of several files one must be named', async () => {
  const members = [
    { name: 'a.csv', content: 'a' },
    { name: 'b.csv', content: 'b' },
  ];
  await expect(contentOf(members)).rejects.toMatchObject({
    code: 'archive_members',
    detail: expect.stringContaining('a.csv, b.csv') as string,
  });
  await expect(contentOf(members, 'c.csv')).rejects.toMatchObject({ code: 'archive_members' });
  expect(await contentOf(members, 'b.csv')).toBe('b');
});

test.each([
  ['a way out of the folder', '../people.csv', 'unsafe_archive'],
  ['a name from the root', '/etc/people.csv', 'unsafe_archive'],
  ['a drive', 'C:/people.csv', 'unsafe_archive'],
  ['the parts of a spreadsheet', '[Content_Types].xml', 'unsupported_format'],
])('%s is refused', async (_name, name, code) => {
  await expect(contentOf([{ name, content: CSV }])).rejects.toMatchObject({ code });
});

test.each([
  ['a password', { flags: 1 }, 'encrypted_archive'],
  ['another method of compression', { method: 12 }, 'unsupported_format'],
  ['a wrong checksum', { crc: 1 }, 'corrupt_archive'],
])('%s is refused', async (_name, member, code) => {
  await expect(contentOf([{ name: 'people.csv', content: CSV, ...member }])).rejects.toMatchObject({ code });
});

test('a zip that was cut off or damaged is refused', async () => {
  const zip = createZipFile([{ name: 'people.csv', content: CSV.repeat(100) }]);
  const read = (bytes: Uint8Array): Promise<unknown> => readFileRows(bytes, 'people.zip');
  await expect(read(zip.subarray(0, -30))).rejects.toMatchObject({ code: 'corrupt_archive' });
  const damaged = Buffer.from(zip);
  damaged.fill(0xff, 45, 60);
  await expect(read(damaged)).rejects.toMatchObject({ code: 'corrupt_archive' });
  expect((await read(zip)) as object).toMatchObject({ plan: { compression: 'zip', member: 'people.csv' } });
});

test('a source that cannot be read from its end is refused', async () => {
  const source = { ...sourceOf(createZipFile([{ name: 'a.csv', content: CSV }])), bytesTotal: null };
  await expect(findZipMember(source, null)).rejects.toMatchObject({ code: 'source_not_seekable' });
});

test('a bomb in a zip is refused', async () => {
  const members = [{ name: 'people.csv', content: Buffer.alloc(1_000_000, 'a,b\n') }];
  const source = sourceOf(createZipFile(members));
  const limits = { ratioMax: 200, ratioFloorBytes: 100_000, outputBytesMax: 10_000_000 };
  await expect(readHead(readZipMember(source, 'people.csv', limits), 2_000_000)).rejects.toMatchObject({
    code: 'compression_ratio',
  });
});
