/**
 * The answer of a service on its way to the client, byte for byte and with back-pressure. Built on undici's dispatch:
 * chunks go from one socket to the other without a stream between them.
 */
import { type IncomingHttpHeaders } from 'node:http';
import { AppError, type RouteContract } from '@bigdata/models';
import { type Dispatcher, type Pool } from 'undici';
import { ClientGone, type Exchange, isSuccess } from '../chain/exchange';
import { type KeptAnswer } from '../idempotency/kept-answer';
import { headersToClient } from './forwarded-headers';
import { badAnswer, toRefusal } from './refusal';
import { fromUpstreamError } from './upstream-error';

/** Rows of the answer, told by query-service for the request log and for the price of records. */
const ROWS_HEADER = 'x-bigdata-rows';
/** What was asked, without values, for the request log too. */
const SHAPE_HEADER = 'x-bigdata-shape';
const SHAPE_CHARS_MAX = 1_000;
/** A problem document is read whole, for its code; one that is larger is none. */
const PROBLEM_BYTES_MAX = 256 * 1_024;

export interface HandOverOptions {
  readonly clockMs: () => number;
  /** A client that takes nothing of its answer for this long is cut off: it holds up a service's work. */
  readonly stalledClientMs: number;
  /** Aborts when the gateway begins to stop: event streams, which would hold it up, are cut, and clients connect again. */
  readonly stopping: AbortSignal;
}

/** Resolves once the service's answer is over, whole or cut; rejects when nothing was written to the client. */
export function handOver(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  exchange: Exchange,
  contract: RouteContract,
  options: HandOverOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(request, new AnswerHandler(exchange, contract, options, resolve, reject));
  });
}

interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** undici calls it by its method names, in the order start, data, end; an error takes the place of any that follow. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  private readonly startedMs: number;
  private upstream: Dispatcher.DispatchController | null = null;
  private head: Head | null = null;
  /** Chunks of an answer that is not 2xx, which is read whole. */
  private refusal: Buffer[] | null = null;
  /** Chunks of an answer that is kept for retries before any of it leaves. */
  private kept: Buffer[] | null = null;
  private stalled: NodeJS.Timeout | undefined;
  private paid: boolean;
  private unpaid: Error | null = null;
  private over = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly contract: RouteContract,
    private readonly options: HandOverOptions,
    private readonly resolve: () => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    this.startedMs = options.clockMs();
    this.paid = exchange.paid === null;
    // What goes wrong with the answer then ends it, as it does where undici calls.
    exchange.paid?.then(this.onPaid).catch(this.onUnpaid);
    exchange.response.on('close', this.onClose);
    if (contract.media === 'events') options.stopping.addEventListener('abort', this.onStop);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { response, retry } = this.exchange;
    this.upstream = controller;
    if (this.unpaid !== null) controller.abort(this.unpaid);
    else if (response.destroyed && !retry) controller.abort(new ClientGone());
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    const { exchange } = this;
    const elapsedMs = this.options.clockMs() - this.startedMs;
    this.head = { status, headers };
    exchange.parts['upstream'] = elapsedMs;
    exchange.addTiming(`upstream;dur=${elapsedMs.toFixed(2)}`);
    exchange.shape = shapeOf(headers);
    if (typeof headers['server-timing'] === 'string') exchange.addTiming(headers['server-timing']);
    if (this.paid) this.beginAnswer(this.head);
    else controller.pause();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { exchange } = this;
    exchange.bytes += chunk.length;
    if (this.refusal) {
      this.refusal.push(chunk);
      if (exchange.bytes > PROBLEM_BYTES_MAX) controller.abort(badAnswer(this.contract, this.head?.status));
    } else if (this.kept) {
      this.kept.push(chunk);
      if (exchange.bytes > (exchange.retry?.answerBytesMax ?? 0)) this.passKept(controller, this.kept);
    } else this.pass(controller, chunk);
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { exchange } = this;
    takeRows(exchange, trailers);
    this.settle();
    if (this.head && this.refusal) {
      exchange.bytes = 0;
      this.reject(toRefusal(this.contract, this.head, Buffer.concat(this.refusal)));
    } else if (this.head && this.kept) {
      keepAndSend(exchange, this.head, Buffer.concat(this.kept)).then(this.resolve, this.reject);
    } else {
      exchange.response.end();
      this.resolve();
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { exchange } = this;
    this.settle();
    if (!exchange.response.headersSent) {
      exchange.bytes = 0;
      const known = error instanceof ClientGone || error instanceof AppError;
      this.reject(known ? error : fromUpstreamError(error, this.contract));
      return;
    }
    // Half an answer must not look whole: the connection is cut before its end.
    if (!(error instanceof ClientGone)) exchange.code = 'upstream_failed';
    exchange.response.destroy();
    this.resolve();
  }

  /** What the client is told of it. */
  private beginAnswer(head: Head): void {
    const { exchange } = this;
    if (!isPassedThrough(head.status)) {
      this.refusal = [];
      return;
    }
    takeRows(exchange, head.headers);
    if (exchange.retry && isSuccess(head.status)) this.kept = [];
    else this.begin(head);
  }

  private readonly onPaid = (): void => {
    this.paid = true;
    if (this.over || !this.head) return;
    this.beginAnswer(this.head);
    this.upstream?.resume();
  };

  /** Whatever the service is doing, nobody will see it. */
  private readonly onUnpaid = (error: unknown): void => {
    this.unpaid = error instanceof Error ? error : new AppError('internal', { cause: error });
    if (!this.over) this.upstream?.abort(this.unpaid);
  };

  private begin({ status, headers }: Head): void {
    const { response } = this.exchange;
    response.writeHead(status, headersToClient(headers));
    // A stream may have nothing to say at first; node:http would keep the head back until it has.
    if (headers['content-length'] === undefined) setImmediate(() => this.flushHead());
  }

  private flushHead(): void {
    const { response, bytes } = this.exchange;
    if (bytes === 0 && !response.writableEnded && !response.destroyed) response.flushHeaders();
  }

  private pass(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.exchange;
    if (response.write(chunk)) return;
    controller.pause();
    this.stalled = setTimeout(() => response.destroy(), this.options.stalledClientMs);
    response.once('drain', () => {
      clearTimeout(this.stalled);
      if (!this.over) controller.resume();
    });
  }

  /** Too large to be kept: it leaves as any other, and is lost for a client that is gone. */
  private passKept(controller: Dispatcher.DispatchController, chunks: readonly Buffer[]): void {
    const { response, retry } = this.exchange;
    this.kept = null;
    if (response.destroyed) {
      controller.abort(new ClientGone());
      return;
    }
    void retry?.keep(null);
    response.once('close', () => {
      if (!response.writableFinished) controller.abort(new ClientGone());
    });
    if (this.head) this.begin(this.head);
    this.pass(controller, Buffer.concat(chunks));
  }

  private readonly onClose = (): void => {
    const { response, retry } = this.exchange;
    // What an Idempotency-Key asked for once is finished for the retry that will come.
    if (!this.over && !response.writableFinished && !retry) this.upstream?.abort(new ClientGone());
  };

  private readonly onStop = (): void => this.upstream?.abort(new ClientGone());

  private settle(): void {
    this.over = true;
    clearTimeout(this.stalled);
    if (this.contract.media === 'events') {
      this.options.stopping.removeEventListener('abort', this.onStop);
    }
  }
}

/** The answer is safe for retries before its client has any of it. */
async function keepAndSend(
  { retry, response, rows }: Exchange,
  { status, headers }: Head,
  body: Buffer,
): Promise<void> {
  const answer: KeptAnswer = { status, headers: headersToClient(headers), body, rows };
  await retry?.keep(answer);
  if (response.destroyed) throw new ClientGone();
  response.writeHead(status, answer.headers);
  response.end(body);
}

function isPassedThrough(status: number): boolean {
  return isSuccess(status) || status === 304;
}

function shapeOf(headers: IncomingHttpHeaders): string | null {
  const shape = headers[SHAPE_HEADER];
  return typeof shape === 'string' && shape !== '' ? shape.slice(0, SHAPE_CHARS_MAX) : null;
}

/** From the head, or from the trailers of a streamed answer, whose rows nobody knew at its head. */
function takeRows(exchange: Exchange, headers: IncomingHttpHeaders): void {
  const told = headers[ROWS_HEADER];
  if (told === undefined) return;
  const rows = Number(told);
  exchange.rows = Number.isSafeInteger(rows) && rows >= 0 ? rows : 0;
  exchange.rowsTold = true;
}
