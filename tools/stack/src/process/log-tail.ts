import { open, stat } from 'node:fs/promises';

const TAIL_BYTES_MAX = 16 * 1024;

/** Size of the file in bytes; 0 when there is none. */
export async function fileSize(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

/** What was written to the file from the offset on, at most the last 16 KiB of it. */
export async function readLogFrom(file: string, offset: number): Promise<string> {
  const size = await fileSize(file);
  const start = Math.max(offset, size - TAIL_BYTES_MAX);
  if (size <= start) return '';
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The last lines written from the offset on, each indented, for an error message. */
export async function logTail(file: string, offset = 0, lines = 15): Promise<string> {
  const text = (await readLogFrom(file, offset)).trimEnd();
  if (text === '') return '  (its log is empty)';
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n');
}
