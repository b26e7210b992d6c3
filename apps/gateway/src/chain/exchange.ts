/**
 * One request and all that the steps learn about it. It also owns what every answer carries, whoever writes it:
 * request id, security headers, Server-Timing.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ProblemCode, type ResolvedKey } from '@bigdata/models';
import { failureOf, NO_SPAN, REQUEST_ID_HEADER, requestIdFrom, type Span } from '@bigdata/platform';
import { type KeptAnswer } from '../idempotency/kept-answer';
import { type RouteMatch, UNMATCHED } from '../routing/route-table';

/** What an Idempotency-Key makes of a request. */
export interface Retry {
  /** Of an earlier attempt whose client was gone: it is delivered in place of asking the service again. */
  readonly answer: KeptAnswer | null;
  /** Null for one that is chosen as for any other request. */
  readonly chargeId: string | null;
  /** An earlier attempt was paid for. */
  readonly paid: boolean;
  readonly answerBytesMax: number;
  /** Called before the answer leaves; null when it is larger than `answerBytesMax`. */
  keep(answer: KeptAnswer | null): Promise<void>;
}

/** The client closed its connection before the answer was there. nginx's number, used in logs only. */
export const CLIENT_GONE_STATUS = 499;

/** Thrown to end a chain whose client is gone: nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const FIXED_HEADERS = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
});

/** A class, so that all exchanges have one shape: what every step reads and writes is found without a look-up by name. */
export class Exchange {
  readonly requestId: string;
  /** Path without query, as it came. */
  readonly path: string;
  /** With a leading `?`, or empty. */
  readonly search: string;
  readonly startedMs: number;
  match: RouteMatch = UNMATCHED;
  /** Of the caller; null until it is known. */
  key: ResolvedKey | null = null;
  /** The whole JSON body; null without one, and for uploads, which stream. */
  body: Buffer | null = null;
  /** Null without an Idempotency-Key. */
  retry: Retry | null = null;
  /** Nothing of the answer leaves before it resolves, or when it rejects. Null when it is not waited for. */
  paid: Promise<unknown> | null = null;
  /** Of the problem that was answered. */
  code: ProblemCode | null = null;
  /** The whole 2xx answer reached the client's connection. */
  delivered = false;
  /** Credits kept for this request. */
  credits = 0;
  rows = 0;
  /** The service has said how many rows the answer has. */
  rowsTold = false;
  /** The most rows that the answer may have, as far as they are paid for; null where rows have no price. */
  rowsMax: number | null = null;
  bytes = 0;
  /** Milliseconds that parts of the work took, by name. */
  readonly parts: Record<string, number> = {};
  /** What the request asked, without its values, as the service told it. */
  shape: string | null = null;
  /** Of the whole request; NO_SPAN when it is not traced. */
  span: Span = NO_SPAN;
  readonly #clockMs: () => number;
  readonly #hooks: ((status: number) => void)[] = [];
  #timings = '';
  #bodyUnasked: boolean;

  /** @param clockMs monotonic milliseconds */
  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    clockMs: () => number,
  ) {
    this.#clockMs = clockMs;
    this.startedMs = clockMs();
    this.requestId = requestIdFrom(request.headers['x-request-id']);
    this.#bodyUnasked = request.headers.expect?.toLowerCase() === '100-continue';
    const target = targetOf(request.url ?? '/');
    const queryAt = target.indexOf('?');
    this.path = queryAt === -1 ? target : target.slice(0, queryAt);
    this.search = queryAt === -1 ? '' : target.slice(queryAt);
  }

  /** The client waits for `100 Continue` and has not been told to send. */
  get bodyUnasked(): boolean {
    return this.#bodyUnasked;
  }

  /** Tells a client that waits for `100 Continue` to send its body. */
  askForBody(): void {
    if (this.#bodyUnasked) this.response.writeContinue();
    this.#bodyUnasked = false;
  }

  /** Runs just before the head of the answer leaves, with its status. */
  onHead(hook: (status: number) => void): void {
    this.#hooks.push(hook);
  }

  /** Adds an upstream's own Server-Timing entries. */
  addTiming(entry: string): void {
    this.#timings += `${entry}, `;
  }

  /**
   * Measures a part of the work for Server-Timing, the log and the trace.
   * @param span of the part, where others are to be a part of it
   */
  async timed<T>(name: string, work: Promise<T>, span = this.span.child(name)): Promise<T> {
    const fromMs = this.#clockMs();
    let failure: string | null = null;
    try {
      return await work;
    } catch (error) {
      failure = failureOf(error);
      throw error;
    } finally {
      const elapsedMs = this.#clockMs() - fromMs;
      this.parts[name] = elapsedMs;
      this.addTiming(timing(name, elapsedMs));
      span.end(failure);
    }
  }

  /** The head is about to leave: the last moment to add to it. */
  beginHead(status: number): void {
    for (const hook of this.#hooks) hook(status);
    const total = timing('total', this.#clockMs() - this.startedMs);
    this.response.setHeader('Server-Timing', this.#timings + total);
  }
}

/** Finds the exchange of a response for whoever gets the response alone, such as Express. */
const EXCHANGE = Symbol('exchange');
type AnswerOf = ServerResponse & { [EXCHANGE]: Exchange };

/** @param clockMs monotonic milliseconds */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  clockMs: () => number,
): Exchange {
  const exchange = new Exchange(request, response, clockMs);
  response.setHeader(REQUEST_ID_HEADER, exchange.requestId);
  for (const [name, value] of FIXED_HEADERS) response.setHeader(name, value);
  (response as AnswerOf)[EXCHANGE] = exchange;
  // node:http sends every head through writeHead, the implicit ones too.
  response.writeHead = writeHead;
  return exchange;
}

export function exchangeOf(response: ServerResponse): Exchange {
  return (response as AnswerOf)[EXCHANGE];
}

function writeHead(this: ServerResponse, status: number, ...rest: unknown[]): ServerResponse {
  exchangeOf(this).beginHead(status);
  return (ServerResponse.prototype.writeHead as (...head: unknown[]) => ServerResponse).call(
    this,
    status,
    ...rest,
  );
}

/** In origin form: a request to a proxy names the whole URL. */
function targetOf(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]+/i, '');
}

function timing(name: string, durationMs: number): string {
  return `${name};dur=${durationMs.toFixed(2)}`;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Resolves once the answer is over: true when all of it was handed to the connection. */
export function answerEnded(response: ServerResponse): Promise<boolean> {
  if (response.writableFinished) return Promise.resolve(true);
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    response.once('finish', () => resolve(true));
    response.once('close', () => resolve(response.writableFinished));
  });
}
