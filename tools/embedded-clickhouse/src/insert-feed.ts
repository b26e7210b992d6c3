import { type Socket } from 'node:net';
import { once } from 'node:events';
import { type EngineResult } from './engine-connection';
import { openWriter } from './pipe-files';
import { type RequestBody } from './request-body';

/**
 * Feeds an insert's data through the pipe, as fast as the engine takes it, and waits for the outcome.
 * A body that breaks off must not look like one that ends: the statement is cancelled before the pipe is closed.
 */
export async function feedInsert(
  pipe: string,
  first: Buffer,
  body: RequestBody,
  result: Promise<EngineResult>,
  cancel: () => Promise<void>,
): Promise<EngineResult> {
  const writer = openWriter(pipe);
  const isOver = result.then(
    () => undefined,
    () => undefined,
  );
  void isOver.then(writer.release);
  const socket = await Promise.race([writer.opened, isOver]);
  if (!socket) {
    void writer.opened.then((late) => late.destroy());
    return result;
  }
  socket.on('error', () => undefined);
  try {
    await copy(first, body, socket);
  } catch (cause) {
    await cancel();
    socket.destroy();
    await isOver;
    throw cause;
  }
  socket.end();
  return result;
}

/** Stops early when the engine has closed its side: its error tells why. */
async function copy(first: Buffer, body: RequestBody, socket: Socket): Promise<void> {
  for (let piece: Buffer | undefined = first; piece; piece = await body.next()) {
    if (piece.length === 0) continue;
    if (!socket.write(piece))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    if (socket.destroyed) return;
  }
}
