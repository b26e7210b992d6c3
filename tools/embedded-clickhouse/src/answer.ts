import { type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import { finished } from 'node:stream/promises';
import { type ClickHouseError, toHttpStatus } from './clickhouse-error';
import { chooseResponseEncoding, createResponseEncoder, type Encoding } from './compression';
import { createExceptionTag, toExceptionBlock } from './exception-block';
import { EMPTY_SUMMARY, toSummaryHeader, type Summary } from './summary';

const DISPLAY_NAME = os.hostname();

/** What an answer's headers say of the statement. */
export type AnswerHead = {
  readonly queryId: string;
  readonly timezone: string;
  readonly version: string;
  readonly format: string | undefined;
  readonly contentType: string;
  /** The client's choice of compression counts only when the setting enable_http_compression is on. */
  readonly isCompressed: boolean;
  readonly compressionLevel: number | undefined;
};

/**
 * One answer, from nothing sent to all sent. Until the headers have left a failure is an error answer with its
 * status; after that it is a marked block at the end of the body and a connection cut before the body's proper end.
 */
export class Answer {
  private readonly response: ServerResponse;
  private readonly head: AnswerHead;
  private readonly encoding: Encoding | undefined;
  private readonly exceptionTag = createExceptionTag();
  private body: NodeJS.WritableStream | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, head: AnswerHead) {
    this.response = response;
    this.head = head;
    this.encoding = head.isCompressed
      ? chooseResponseEncoding(request.headers['accept-encoding'])
      : undefined;
  }

  get isStarted(): boolean {
    return this.body !== undefined;
  }

  /** Everything at once. */
  sendWhole(chunks: readonly Buffer[], summary: Summary): Promise<void> {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (this.encoding && length > 0) {
      this.start(summary);
      for (const chunk of chunks) this.write(chunk);
      return this.end();
    }
    this.setHeaders(summary);
    this.response.setHeader('Content-Length', length);
    this.response.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    return Promise.resolve();
  }

  /** Sends the headers; what follows is streamed. */
  start(summary: Summary = EMPTY_SUMMARY): void {
    this.setHeaders(summary);
    if (!this.encoding) {
      this.body = this.response;
      return;
    }
    this.response.setHeader('Content-Encoding', this.encoding);
    const encoder = createResponseEncoder(this.encoding, this.head.compressionLevel);
    encoder.pipe(this.response);
    this.response.once('close', () => encoder.destroy());
    encoder.on('error', () => this.response.destroy());
    this.body = encoder;
  }

  /** False asks to wait for `onDrain`. */
  write(chunk: Buffer): boolean {
    return this.body?.write(chunk) ?? false;
  }

  onDrain(listener: () => void): void {
    this.body?.once('drain', listener);
  }

  async end(): Promise<void> {
    this.body?.end();
    await finished(this.response).catch(() => undefined);
  }

  async fail(error: ClickHouseError): Promise<void> {
    const message = error.toBody(this.head.version);
    if (this.body) {
      await this.failMidway(message);
      return;
    }
    sendError(this.response, error, this.head.version, {
      'X-ClickHouse-Query-Id': this.head.queryId,
      'X-ClickHouse-Timezone': this.head.timezone,
    });
  }

  private async failMidway(message: string): Promise<void> {
    this.body?.write(toExceptionBlock(this.exceptionTag, message));
    if (this.body !== this.response) this.body?.end();
    const encoder = this.body;
    if (encoder && encoder !== this.response) await finished(encoder).catch(() => undefined);
    // The chunk that ends a chunked body is left out on purpose: no client can take this for a whole answer.
    await new Promise((resolve) => this.response.write('', resolve));
    this.response.socket?.end();
  }

  private setHeaders(summary: Summary): void {
    const { response, head } = this;
    response.statusCode = 200;
    response.setHeader('Content-Type', head.contentType);
    response.setHeader('X-ClickHouse-Server-Display-Name', DISPLAY_NAME);
    response.setHeader('X-ClickHouse-Query-Id', head.queryId);
    if (head.format !== undefined) response.setHeader('X-ClickHouse-Format', head.format);
    response.setHeader('X-ClickHouse-Timezone', head.timezone);
    response.setHeader('X-ClickHouse-Exception-Tag', this.exceptionTag);
    response.setHeader('X-ClickHouse-Summary', toSummaryHeader(summary));
  }
}

export function sendError(
  response: ServerResponse,
  error: ClickHouseError,
  version: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = error.toBody(version);
  response.writeHead(toHttpStatus(error.code), {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Server-Display-Name': DISPLAY_NAME,
    'X-ClickHouse-Exception-Code': error.code,
    ...headers,
    'X-ClickHouse-Summary': toSummaryHeader(EMPTY_SUMMARY),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
