import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

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

/** The reading side of a result. `finish` must be called once the engine is done; what is in the pipe still comes. */
export type PipeReader = { readonly stream: net.Socket; readonly finish: () => void };

/** The front holds a writing end of its own, so the end of the result comes when it says so, not before. */
export function openReader(file: string): PipeReader {
  const readEnd = fs.openSync(file, O_RDONLY | O_NONBLOCK);
  const writeEnd = fs.openSync(file, O_WRONLY | O_NONBLOCK);
  return {
    stream: new net.Socket({ fd: readEnd, readable: true, writable: false }),
    finish: () => fs.closeSync(writeEnd),
  };
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
      void opened.catch(() => undefined).finally(() => fs.closeSync(readEnd));
    },
  };
}
