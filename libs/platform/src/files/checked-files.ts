/** Files that are to be trusted years later: on the disk when this returns, and known by size and SHA-256. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BackupFile } from '@bigdata/models';

/** Readable by the owner only: it holds what the stores hold. */
const PRIVATE = { file: 0o600, folder: 0o700 };

/** @param file relative to `folder`; must not be there yet @param stages what the bytes pass through first */
export async function writeChecked(
  folder: string,
  file: string,
  ...stages: [NodeJS.ReadableStream, ...NodeJS.ReadWriteStream[]]
): Promise<BackupFile> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE.folder });
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const sink = createWriteStream(target, { flags: 'wx', mode: PRIVATE.file, flush: true });
  await pipeline([...stages, counting, sink]);
  await syncFolder(path.dirname(target));
  return { path: file, bytes, sha256: hash.digest('hex') };
}

/** Whole or not at all. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: PRIVATE.folder });
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', PRIVATE.file);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
  await syncFolder(path.dirname(file));
}

/** All files below a folder, in the order of their paths. */
export async function hashFiles(folder: string): Promise<BackupFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const hashed: BackupFile[] = [];
  for (const file of files) {
    const { size } = await stat(path.join(folder, file));
    hashed.push({ path: file.split(path.sep).join('/'), bytes: size, sha256: await hashOf(folder, file) });
  }
  return hashed;
}

/** @returns one line for each file that is missing or not what it was */
export async function checkFiles(folder: string, files: readonly BackupFile[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { path: file, bytes, sha256 } of files) {
    const size = await stat(path.join(folder, file)).then(
      (found) => found.size,
      () => null,
    );
    if (size === null) complaints.push(`${file} is missing`);
    else if (size !== bytes) complaints.push(`${file} has ${size} bytes in place of ${bytes}`);
    else if ((await hashOf(folder, file)) !== sha256) complaints.push(`${file} was changed`);
  }
  return complaints;
}

async function hashOf(folder: string, file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path.join(folder, file)), hash);
  return hash.digest('hex');
}

/** A new name is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
