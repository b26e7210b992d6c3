/**
 * Bytes of a source for one engine of decompression after the other: what the first leaves behind its end is kept for
 * the next. Memory: what an engine reads ahead.
 */
import { type Transform } from 'node:stream';

export type Engine = Transform & { bytesWritten: number };

export interface ByteFeed {
  /** Bytes that the source has given. */
  bytesIn(): number;
  /** Writes to the engine until it has enough or there is no more. What it leaves stays for the next one. */
  into(engine: Engine): Promise<void>;
  /** Forgets what the last engine has used: so many bytes in all. */
  drop(bytes: number): void;
  hasMore(): Promise<boolean>;
  /** Whether zero bytes alone are left, as tapes and some servers pad with. */
  isBlank(): Promise<boolean>;
  close(): Promise<void>;
}

export function createByteFeed(bytes: AsyncIterable<Uint8Array>): ByteFeed {
  const iterator = bytes[Symbol.asyncIterator]();
  /** Chunks that no engine is known to have used up. */
  let kept: Buffer[] = [];
  let bytesIn = 0;
  let isDone = false;
  /** Of the engine's bytes, those that are no longer kept. */
  let used = 0;
  /** @returns whether there was one more */
  const pull = async (): Promise<boolean> => {
    if (isDone) return false;
    const next = await iterator.next();
    if (next.done === true) {
      isDone = true;
      return false;
    }
    bytesIn += next.value.length;
    // The source reuses its chunks, the engine reads them later.
    kept.push(Buffer.from(next.value));
    return true;
  };
  const drop = (count: number): void => {
    let left = count - used;
    while (left > 0 && kept.length > 0) {
      const [first = Buffer.alloc(0)] = kept;
      if (first.length > left) {
        kept[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      kept.shift();
    }
  };
  const write = async (engine: Engine): Promise<void> => {
    used = 0;
    for (let index = 0; ; index += 1) {
      if (index >= kept.length && !(await pull())) break;
      const chunk = kept[index];
      if (chunk === undefined || engine.readableEnded || engine.destroyed) return;
      if (!engine.write(chunk)) await drained(engine);
      // What it has used up need not be kept; the rest is at most what it reads ahead.
      for (; kept[0] !== undefined && used + kept[0].length <= engine.bytesWritten; index -= 1) {
        used += kept[0].length;
        kept.shift();
      }
    }
    engine.end();
  };
  return {
    bytesIn: () => bytesIn,
    into: (engine) => write(engine).catch((error: unknown) => void engine.destroy(error as Error)),
    drop,
    hasMore: async () => kept.length > 0 || (await pull()),
    async isBlank() {
      for (;;) {
        if (kept.some((chunk) => chunk.some((byte) => byte !== 0))) return false;
        kept = [];
        if (!(await pull())) return true;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}

/** Resolves when the engine takes more, or will never again. */
function drained(engine: Engine): Promise<void> {
  const events = ['drain', 'end', 'close', 'error'];
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of events) engine.removeListener(event, settle);
      resolve();
    };
    for (const event of events) engine.on(event, settle);
  });
}
