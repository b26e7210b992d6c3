/** A file read from any offset, which knows whether it is still the file that was opened. */
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';

export interface Source {
  readonly bytesTotal: number;
  /** Differs for every change of content, as far as size, modification time and inode tell. */
  readonly version: string;
  /** Bytes from `offset` to the end. A chunk is valid until the next one is asked for. */
  read(offset: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** @throws JobFailure `source_changed` */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Small enough that reading its rows does not hold up the event loop for long: some 500 rows. */
const CHUNK_BYTES = 65_536;

/** @throws JobFailure `source_not_found`, `source_unreadable` */
export async function openSource(file: string): Promise<Source> {
  const handle = await openFile(file);
  try {
    const { size, version } = await identify(handle);
    const bytesTotal = Number(size);
    const assertUnchanged = async (): Promise<void> => {
      if ((await identify(handle)).version !== version) throw sourceChanged();
    };
    return {
      bytesTotal,
      version,
      async *read(offset) {
        const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        for (let at = offset; at < bytesTotal;) {
          const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, bytesTotal - at), at);
          if (bytesRead === 0) throw sourceChanged();
          at += bytesRead;
          yield chunk.subarray(0, bytesRead);
        }
      },
      assertUnchanged,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function sourceChanged(): JobFailure {
  return new JobFailure(
    'source_changed',
    'The file changed while it was being loaded. Leave it as it is until the job has ended, and start a new job.',
  );
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new JobFailure('source_not_found', 'The file is not there any more.');
    if (code === 'EACCES' || code === 'EPERM') {
      throw new JobFailure('source_unreadable', 'The worker has no permission to read the file.');
    }
    throw new AppError('unavailable', { context: { system: 'file', code } });
  }
}

async function identify(handle: FileHandle): Promise<{ size: bigint; version: string }> {
  const stat = await handle.stat({ bigint: true });
  if (!stat.isFile()) throw new JobFailure('source_unreadable', 'The source is not a regular file.');
  return { size: stat.size, version: `${stat.ino}-${stat.size}-${stat.mtimeNs}` };
}
