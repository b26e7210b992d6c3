/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A stream that ends without the
 * event that the contract names as its last one has failed: browsers and our own client then connect again.
 */
import { once } from 'node:events';
import { type ServerResponse } from 'node:http';

export interface ServerSentEvent<T> {
  readonly event: string;
  readonly data: T;
}

/** Below the silence after which proxies and load balancers commonly cut a connection. */
const KEEP_ALIVE_MS = 5_000;

export interface EventStreamOptions {
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  readonly keepAliveMs?: number;
}

/**
 * Writes the events as they come, at the pace of the client, and ends the answer after the last one.
 * Ids count from 1; whatever `Last-Event-ID` a client sends is not looked at: each event tells the whole state.
 */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncIterable<ServerSentEvent<unknown>>,
  { signal, keepAliveMs = KEEP_ALIVE_MS }: EventStreamOptions,
): Promise<void> {
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'private, no-store');
  // nginx holds answers back otherwise.
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, keepAliveMs);
  signal.addEventListener('abort', () => clearInterval(keepAlive), { once: true });
  let id = 0;
  try {
    for await (const { event, data } of events) {
      if (signal.aborted) return;
      id += 1;
      // JSON has no line breaks of its own, which would end a field.
      if (!response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) {
        await once(response, 'drain', { signal });
      }
    }
    response.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
  }
}
