/** A file of this machine. Inode, size and modification time say whether it is still the one that was opened. */
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { codeOf } from './error-codes';
import { type Source, sourceChanged } from './source';

/** Few calls per second even at full speed, and no more memory than a batch has room for. */
const CHUNK_BYTES = 1_048_576;

/**
 * @param name what the source calls the file: behind a link it may have another
 * @throws JobFailure `source_not_found`, `source_unreadable`
 */
export async function openLocalSource(file: string, name: string): Promise<Source> {
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
      name,
      seekable: true,
      path: file,
      async *read(start, end = bytesTotal) {
        const stop = Math.min(end, bytesTotal);
        const chunk = Buffer.allocUnsafeSlow(Math.max(0, Math.min(CHUNK_BYTES, stop - start)));
        for (let at = start; at < stop;) {
          const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, stop - at), at);
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

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const code = codeOf(error);
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
