import { type IncomingMessage } from 'node:http';
import { type Readable } from 'node:stream';
import { ClickHouseError } from './clickhouse-error';
import { createRequestDecoder } from './compression';

/**
 * A request's body, decompressed, read piece by piece: nothing more is taken from the socket than was asked for.
 */
export class RequestBody {
  private readonly request: IncomingMessage;
  private readonly stream: Readable;
  private isEnded = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(request: IncomingMessage) {
    this.request = request;
    const decoder = createRequestDecoder(request.headers['content-encoding']);
    this.stream = decoder ? request.pipe(decoder) : request;
    this.stream.on('readable', () => this.wake?.());
    this.stream.on('end', () => {
      this.isEnded = true;
      this.wake?.();
    });
    this.stream.on('error', (cause: Error) => this.fail(cause));
    // A broken connection ends neither stream: without this the wait for the next piece would never end.
    request.once('close', () => {
      if (!request.complete) this.fail(new Error('the connection was closed before its end'));
    });
  }

  /** The next piece, undefined at the end. A body that breaks off is an error, never an end. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.failure) throw ClickHouseError.of(1000, `The body of the request: ${this.failure.message}`);
      const piece = this.isEnded ? null : (this.stream.read() as Buffer | null);
      if (piece !== null) return piece;
      if (this.isEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Reads what is left and forgets it, so that the connection can carry the next request. */
  discard(): void {
    if (this.request.readableEnded) return;
    this.request.unpipe();
    this.request.removeAllListeners('readable');
    this.request.resume();
  }

  private fail(cause: Error): void {
    this.failure ??= cause;
    this.wake?.();
  }
}
