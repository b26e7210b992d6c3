import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;
/** A pipe's usual capacity: one read empties it. */
const PIPE_BYTES = 65_536;

/** A named pipe between the front and the engine, one for each direction of a slot. */
export type PipePair = { readonly output: string; readonly input: string };

/**
 * Named pipes are what makes streaming with back-pressure possible in every format: the engine writes a result
 * with INTO OUTFILE and reads an insert with FROM INFILE, each blocking its own thread while the other side is slow.
 */
export function createPipes(directory: string, count: number): PipePair[] {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const pairs = Array.from({ length: count }, (_, index) => ({
    output: path.join(directory, `out-${index}`),
    input: path.join(directory, `in-${index}`),
  }));
  execFileSync('mkfifo', ['-m', '600', ...pairs.flatMap((pair) => [pair.output, pair.input])]);
  return pairs;
}

/**
 * The front's end of a result's pipe. It also holds a writing end, so the pipe's end comes when `finish` says that
 * the engine is done, and not before the engine has opened its side.
 */
export class PipeReader {
  private readonly readEnd: number;
  private readonly writeEnd: number;
  private stream: net.Socket | undefined;

  constructor(file: string) {
    this.readEnd = fs.openSync(file, O_RDONLY | O_NONBLOCK);
    this.writeEnd = fs.openSync(file, O_WRONLY | O_NONBLOCK);
  }

  /** Call it once, when the engine is done. */
  finish(): void {
    fs.closeSync(this.writeEnd);
  }

  /** Reads on as data comes, which takes the event loop some turns. */
  toStream(): net.Socket {
    this.stream ??= new net.Socket({ fd: this.readEnd, readable: true, writable: false });
    return this.stream;
  }

  /** All that is left, at once: only after `finish`, and not after `toStream`. Closes the pipe. */
  readRest(): Buffer[] {
    const chunks: Buffer[] = [];
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(PIPE_BYTES);
        const length = fs.readSync(this.readEnd, chunk, 0, PIPE_BYTES, null);
        if (length === 0) return chunks;
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      fs.closeSync(this.readEnd);
    }
  }
}

/**
 * Opens the writing side of an insert; resolves when the engine has opened the other. The wait takes a thread of
 * libuv's pool. Should the engine fail before it opens its side, `release` ends the wait.
 */
export function openWriter(file: string): { opened: Promise<net.Socket>; release: () => void } {
  let isOpen = false;
  const opened = new Promise<net.Socket>((resolve, reject) => {
    fs.open(file, O_WRONLY, (error, fd) => {
      isOpen = true;
      if (error) reject(error);
      else resolve(new net.Socket({ fd, readable: false, writable: true }));
    });
  });
  return {
    opened,
    release: () => {
      if (isOpen) return;
      const readEnd = fs.openSync(file, O_RDONLY | O_NONBLOCK);
      const close = () => fs.closeSync(readEnd);
      opened.then(close, close);
    },
  };
}
