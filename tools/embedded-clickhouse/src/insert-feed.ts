import { type Socket } from 'node:net';
import { type EngineResult } from './engine-connection';
import { openWriter } from './pipe-files';

/** Where an insert's data comes from: undefined is its proper end, a throw is not. */
export type DataSource = { readonly next: () => Promise<Buffer | undefined> };

/**
 * Feeds an insert's data through the pipe, as fast as the engine takes it, and waits for the outcome.
 * Data that breaks off must not look like data that ends: the statement is cancelled before the pipe is closed.
 * `cancel` tells whether the engine knew the statement.
 */
export async function feedInsert(
  pipe: string,
  source: DataSource,
  result: Promise<EngineResult>,
  cancel: () => Promise<boolean>,
): Promise<EngineResult> {
  const writer = openWriter(pipe);
  const engine = { isDone: false };
  const done = () => {
    engine.isDone = true;
  };
  const isOver = result.then(done, done);
  void isOver.then(writer.release);
  const socket = await Promise.race([writer.opened, isOver]);
  if (!socket) {
    void writer.opened.then((late) => late.destroy());
    return result;
  }
  try {
    await copy(source, socket);
  } catch (cause) {
    // Only a cancelled statement may see the end of its data; reading it, it notices that it is cancelled.
    while (!engine.isDone && !(await cancel()));
    socket.destroy();
    await isOver;
    throw cause;
  }
  socket.end();
  return result;
}

/** Stops early when the engine has closed its side: its error tells why. */
async function copy(source: DataSource, socket: Socket): Promise<void> {
  let wake: (() => void) | undefined;
  socket.on('error', () => undefined);
  socket.on('drain', () => wake?.());
  socket.on('close', () => wake?.());
  for (let piece = await source.next(); piece; piece = await source.next()) {
    if (piece.length > 0 && !socket.write(piece) && !socket.destroyed)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (socket.destroyed) return;
  }
}
