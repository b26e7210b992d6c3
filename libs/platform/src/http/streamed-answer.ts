/**
 * An answer that is written piece by piece. Until the first piece is there a failure is a problem document as ever;
 * after it the connection is cut before the answer's proper end, so that half an answer never looks whole.
 */
import { once } from 'node:events';
import { type ServerResponse } from 'node:http';

interface StreamedAnswerOptions {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked for when the last piece has been given: what is known only then, such as how many rows there were. */
  readonly trailers?: () => Readonly<Record<string, string>>;
  /** Asked for the next piece only when the client has room for it, and returned early when the client goes away. */
  readonly stream: AsyncIterable<Uint8Array>;
}

/** What a handler returns in place of the JSON of its contract. */
export class StreamedAnswer {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly trailers: () => Readonly<Record<string, string>>;

  constructor({ contentType, headers = {}, stream, trailers = () => ({}) }: StreamedAnswerOptions) {
    this.contentType = contentType;
    this.headers = headers;
    this.stream = stream;
    this.trailers = trailers;
  }
}

/**
 * @param response not begun; its status is set
 * @param options.signal aborts when the client goes away
 * @throws what the stream throws, for the error handler to answer or to cut the connection
 */
export async function sendStreamed(
  response: ServerResponse,
  { contentType, headers, stream, trailers }: StreamedAnswer,
  { signal, headOnly }: { readonly signal: AbortSignal; readonly headOnly: boolean },
): Promise<void> {
  const pieces = stream[Symbol.asyncIterator]();
  try {
    let piece = headOnly ? END : await pieces.next();
    if (signal.aborted) return;
    response.setHeader('Cache-Control', 'private, no-store');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', contentType);
    response.flushHeaders();
    while (piece.done !== true) {
      if (!response.write(piece.value)) await once(response, 'drain', { signal });
      piece = await pieces.next();
    }
    response.addTrailers(trailers());
    response.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pieces.return?.();
  }
}

const END: IteratorResult<Uint8Array> = { done: true, value: undefined };
