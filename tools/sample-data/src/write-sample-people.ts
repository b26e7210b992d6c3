import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { samplePeople, type SampleCounts, type SampleOptions } from './sample-people';

const CHUNK_CHARACTERS = 256 * 1024;

/** Writes the sample file; memory stays constant however many rows. An existing file is replaced. */
export const writeSamplePeople = async ({
  path,
  ...options
}: SampleOptions & { readonly path: string }): Promise<SampleCounts> => {
  const file = createWriteStream(path);
  // Rejects as soon as the file fails, also while this waits for room in the buffer.
  const done = finished(file);
  const lines = samplePeople(options);
  let chunk = '';
  let next = lines.next();
  while (next.done !== true) {
    chunk += next.value;
    if (chunk.length >= CHUNK_CHARACTERS) {
      const hasRoom = file.write(chunk);
      chunk = '';
      if (!hasRoom) await Promise.race([once(file, 'drain'), done]);
    }
    next = lines.next();
  }
  file.end(chunk);
  await done;
  return next.value;
};
