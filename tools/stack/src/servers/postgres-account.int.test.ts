import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { queryPostgres } from '../fixtures/postgres-client';
import { removePostgresData, startPostgres } from './postgres';
import { choosePostgresPlace, relocatedDir } from './postgres-account';
import { binariesIn, findPostgresBinaries } from './postgres-binaries';

const isRoot = process.getuid?.() === 0;
let folder: string;
let dir: string;

/** As a clone by `mktemp -d` has it: nobody but its owner passes through. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stack-closed-'));
  dir = path.join(folder, 'data/postgres');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

afterEach(() => {
  removePostgresData(dir);
  rmSync(folder, { recursive: true, force: true });
});

const ownerOf = (pid: number) =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test('runs below a folder that is closed to others, binaries and data, and never as root', async () => {
  const nativeDir = path.join(folder, 'node_modules/native');
  mkdirSync(path.dirname(nativeDir));
  cpSync(findPostgresBinaries().nativeDir, nativeDir, { recursive: true, verbatimSymlinks: true });
  const place = choosePostgresPlace(dir, binariesIn(nativeDir));
  expect(place.dir).toBe(dir);

  const server = await startPostgres({ dir, logFile: path.join(folder, 'log'), password: 'p', place });
  try {
    expect(await queryPostgres(server.url, 'SELECT 1')).toEqual(['1']);
    expect(ownerOf(server.pid)).not.toBe(0);
    expect(statSync(path.join(dir, 'data')).uid).toBe(ownerOf(server.pid));
  } finally {
    await server.stop();
  }
});

test('where no account can be let in, root gets binaries and data in a folder of its own, found again', async () => {
  const withoutCapabilities = () => choosePostgresPlace(dir, findPostgresBinaries(), () => []);
  const place = withoutCapabilities();
  expect(relocatedDir(dir)).toBe(isRoot ? place.dir : undefined);
  expect(place.dir === dir).toBe(!isRoot);

  const notes: string[] = [];
  const start = () =>
    startPostgres({
      dir,
      logFile: path.join(folder, 'log'),
      password: 'p',
      place: withoutCapabilities(),
      onNote: (note) => notes.push(note),
    });
  const first = await start();
  await queryPostgres(first.url, 'CREATE TABLE kept AS SELECT 17 AS x').finally(() => first.stop());
  expect(notes).toHaveLength(isRoot ? 1 : 0);

  expect(choosePostgresPlace(dir, findPostgresBinaries()).dir).toBe(place.dir);
  const second = await start();
  const rows = await queryPostgres(second.url, 'SELECT x FROM kept').finally(() => second.stop());
  expect(rows).toEqual(['17']);
});
