import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Writes beside the file and renames, so that half a result is never found under its name. @returns its bytes */
export async function writeWhole(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const part = `${file}.part`;
  const target = createWriteStream(part);
  try {
    await pipeline(pieces, target);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return target.bytesWritten;
}
