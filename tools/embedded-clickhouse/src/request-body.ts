import { type IncomingMessage } from 'node:http';
import { type Readable } from 'node:stream';
import { ClickHouseError } from './clickhouse-error';
import { createRequestDecoder } from './compression';

/** A body read as far as asked for: `head` is there, `rest` still flows. */
export type BodyHead = { readonly head: Buffer; readonly isWhole: boolean };

/** A request's body, decompressed, read piece by piece with back-pressure. */
export class RequestBody {
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<Buffer>;
  private isEnded = false;

  constructor(request: IncomingMessage) {
    const decoder = createRequestDecoder(request.headers['content-encoding']);
    this.stream = decoder ? request.pipe(decoder) : request;
    // pipe() hands neither errors nor a broken connection on.
    if (decoder) request.once('close', () => request.complete || decoder.destroy(new Error('aborted')));
    this.chunks = this.stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** The next piece, undefined at the end. A body that breaks off is an error, never an end. */
  async next(): Promise<Buffer | undefined> {
    if (this.isEnded) return undefined;
    try {
      const piece = await this.chunks.next();
      if (!piece.done) return piece.value;
      this.isEnded = true;
      return undefined;
    } catch (cause) {
      this.isEnded = true;
      throw ClickHouseError.of(
        1000,
        `The request's body could not be read: ${cause instanceof Error ? cause.message : ''}`,
      );
    }
  }

  /** Reads what is left and forgets it, so that the connection can carry the next request. */
  discard(): void {
    this.stream.on('error', () => undefined);
    this.stream.resume();
  }
}
