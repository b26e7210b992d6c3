import { open } from 'node:fs/promises';
import { fileSize } from '../process/log-tail';

const INTERVAL_MS = 200;
const CHUNK_BYTES = 64 * 1024;
/** A longer line is cut: the log file has all of it. */
const LINE_CHARS_MAX = 2_000;

/** Hands on each line added to the file from the offset on, until stopped. */
export function followLog(file: string, offset: number, onLine: (line: string) => void): { stop(): void } {
  let position = offset;
  let rest = '';
  let reading = false;
  const buffer = Buffer.alloc(CHUNK_BYTES);

  const read = async () => {
    if ((await fileSize(file)) <= position) return;
    const handle = await open(file, 'r');
    try {
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
        rest = (lines.pop() ?? '').slice(0, LINE_CHARS_MAX);
        for (const line of lines) onLine(line.slice(0, LINE_CHARS_MAX));
      }
    } finally {
      await handle.close();
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void read()
      .catch(() => undefined) // turned or removed in between: the next round tells
      .finally(() => {
        reading = false;
      });
  }, INTERVAL_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
