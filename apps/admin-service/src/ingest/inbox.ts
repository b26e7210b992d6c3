/**
 * The folder of uploaded files. A file appears under its name whole and durable, or not at all: it is written
 * beside its place under a name that no upload can have, synced, and renamed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { AppError } from '@bigdata/models';

/** File names of uploads begin with a letter, a digit or an underscore. */
const TEMPORARY = '.upload-';
/** An upload that runs writes all the time; one that has not for so long lost its process. */
const ABANDONED_MS = 60 * 60 * 1_000;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

export interface ReceivedFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Puts the file in its place. */
  place(name: string): Promise<void>;
  /** Removes what was received; harmless after `place`. */
  discard(): Promise<void>;
}

export interface Inbox {
  /** @throws AppError `invalid_request` when the stream ends early, `unavailable` when the disk is full */
  receive(stream: Readable): Promise<ReceivedFile>;
  /** Removes what uploads of dead processes left behind. */
  clean(now: number): Promise<void>;
}

export function createInbox(folder: string): Inbox {
  return {
    async receive(stream) {
      await mkdir(folder, { recursive: true });
      const temporary = path.join(folder, `${TEMPORARY}${randomUUID()}`);
      const discard = (): Promise<void> => rm(temporary, { force: true });
      try {
        const written = await writeDurably(stream, temporary);
        return {
          ...written,
          async place(name) {
            await rename(temporary, path.join(folder, name));
            await syncFolder(folder);
          },
          discard,
        };
      } catch (error) {
        await discard();
        throw toUploadError(error, stream);
      }
    },

    async clean(now) {
      await mkdir(folder, { recursive: true });
      for (const name of await readdir(folder)) {
        if (!name.startsWith(TEMPORARY)) continue;
        const file = path.join(folder, name);
        const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
        if (now - mtimeMs > ABANDONED_MS) await rm(file, { force: true });
      }
    },
  };
}

async function writeDurably(stream: Readable, file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', 0o640);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toUploadError(error: unknown, stream: Readable): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_SPACE.has(code)) {
    return new AppError('unavailable', { detail: 'There is no space left for uploads.', cause: error });
  }
  return stream.errored
    ? new AppError('invalid_request', { detail: 'The upload did not arrive whole.', cause: error })
    : error;
}
