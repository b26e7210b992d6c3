import { type ServerResponse } from 'node:http';
import os from 'node:os';
import { type Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseError, toHttpStatus } from './clickhouse-error';
import { createResponseEncoder, encodeBody, type Encoding } from './compression';
import { createExceptionTag, toExceptionBlock } from './exception-block';
import { EMPTY_SUMMARY, toSummaryHeader, type Summary } from './summary';

const DISPLAY_NAME = os.hostname();
/** Above it compression in one go would hold the event loop up for milliseconds. */
const ENCODE_AT_ONCE_BYTES = 65_536;

/** What an answer's headers say of the statement. */
export type AnswerHead = {
  readonly queryId: string;
  readonly timezone: string;
  readonly version: string;
  /** Undefined for a statement that gives no rows. */
  readonly format: string | undefined;
  readonly contentType: string;
  readonly encoding: Encoding | undefined;
  readonly compressionLevel: number;
};

/**
 * One answer, from nothing sent to all sent. Until the headers have left a failure is an error answer with its
 * status; after that it is a marked block at the end of the body and a connection cut before the body's proper end.
 */
export class Answer {
  private readonly response: ServerResponse;
  private readonly head: AnswerHead;
  private readonly exceptionTag = createExceptionTag();
  private encoder: Duplex | undefined;
  private isHeadSent = false;

  constructor(response: ServerResponse, head: AnswerHead) {
    this.response = response;
    this.head = head;
  }

  get isStarted(): boolean {
    return this.isHeadSent;
  }

  /** Everything at once. */
  async sendWhole(chunks: readonly Buffer[], summary: Summary): Promise<void> {
    const [first] = chunks;
    const body = first && chunks.length === 1 ? first : Buffer.concat(chunks);
    const { encoding, compressionLevel } = this.head;
    if (encoding && body.length > ENCODE_AT_ONCE_BYTES) {
      this.start(summary);
      this.write(body);
      await this.end();
      return;
    }
    const isEncoded = encoding !== undefined && body.length > 0;
    const sent = isEncoded ? encodeBody(encoding, body, compressionLevel) : body;
    this.sendHead(summary, [
      'Content-Length',
      String(sent.length),
      ...(isEncoded ? ['Content-Encoding', encoding] : []),
    ]);
    this.response.end(sent);
  }

  /** Sends the headers; what follows is streamed. */
  start(summary: Summary = EMPTY_SUMMARY): void {
    const { encoding, compressionLevel } = this.head;
    this.sendHead(summary, encoding ? ['Content-Encoding', encoding] : []);
    if (!encoding) return;
    const encoder = createResponseEncoder(encoding, compressionLevel);
    encoder.on('error', () => this.response.destroy());
    this.response.once('close', () => encoder.destroy());
    encoder.pipe(this.response);
    this.encoder = encoder;
  }

  /** False asks to wait for `onDrain`. */
  write(chunk: Buffer): boolean {
    return (this.encoder ?? this.response).write(chunk);
  }

  onDrain(listener: () => void): void {
    (this.encoder ?? this.response).once('drain', listener);
  }

  /** Resolves when the client has it all or is gone. */
  async end(): Promise<void> {
    (this.encoder ?? this.response).end();
    await finished(this.response).catch(() => undefined);
  }

  async fail(error: ClickHouseError): Promise<void> {
    const { head } = this;
    if (this.isHeadSent) await this.failMidway(error.toBody(head.version));
    else
      sendError(this.response, error, head.version, {
        encoding: head.encoding,
        headers: ['X-ClickHouse-Query-Id', head.queryId, 'X-ClickHouse-Timezone', head.timezone],
      });
  }

  private async failMidway(message: string): Promise<void> {
    const block = toExceptionBlock(this.exceptionTag, message);
    if (this.encoder) {
      this.encoder.unpipe(this.response);
      this.encoder.end(block);
      for await (const chunk of this.encoder) this.response.write(chunk);
    } else {
      this.response.write(block);
    }
    // The chunk that ends a chunked body is left out on purpose: no client can take this for a whole answer.
    await new Promise((resolve) => this.response.write('', resolve));
    this.response.socket?.end();
  }

  private sendHead(summary: Summary, more: readonly string[]): void {
    const { head } = this;
    this.isHeadSent = true;
    this.response.writeHead(200, [
      'Content-Type',
      head.contentType,
      'X-ClickHouse-Server-Display-Name',
      DISPLAY_NAME,
      'X-ClickHouse-Query-Id',
      head.queryId,
      ...(head.format === undefined ? [] : ['X-ClickHouse-Format', head.format]),
      'X-ClickHouse-Timezone',
      head.timezone,
      'X-ClickHouse-Exception-Tag',
      this.exceptionTag,
      'X-ClickHouse-Summary',
      toSummaryHeader(summary),
      ...more,
    ]);
  }
}

/** An error answer. It is compressed like any other when the client asked for compression. */
export function sendError(
  response: ServerResponse,
  error: ClickHouseError,
  version: string,
  more: { readonly encoding?: Encoding | undefined; readonly headers?: readonly string[] } = {},
): void {
  const { encoding, headers = [] } = more;
  const text = Buffer.from(error.toBody(version));
  const body = encoding ? encodeBody(encoding, text, 1) : text;
  response.writeHead(toHttpStatus(error.code), [
    'Content-Type',
    'text/plain; charset=UTF-8',
    'X-ClickHouse-Server-Display-Name',
    DISPLAY_NAME,
    'X-ClickHouse-Exception-Code',
    String(error.code),
    ...headers,
    'X-ClickHouse-Summary',
    toSummaryHeader(EMPTY_SUMMARY),
    ...(encoding ? ['Content-Encoding', encoding] : []),
    'Content-Length',
    String(body.length),
  ]);
  response.end(body);
}
