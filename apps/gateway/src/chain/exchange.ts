/**
 * One request and all that the steps learn about it. It also owns what every answer carries, whoever writes it:
 * request id, security headers, Server-Timing.
 */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ProblemCode, type ResolvedKey } from '@bigdata/models';
import { REQUEST_ID_HEADER, requestIdFrom } from '@bigdata/platform';
import { type KeptAnswer } from '../idempotency/kept-answer';
import { type RouteMatch } from '../routing/route-table';

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

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Path without query, as it came. */
  readonly path: string;
  /** With a leading `?`, or empty. */
  readonly search: string;
  readonly startedMs: number;
  match: RouteMatch;
  /** Of the caller; null until it is known. */
  key: ResolvedKey | null;
  /** The whole JSON body; null without one, and for uploads, which stream. */
  body: Buffer | null;
  /** Null without an Idempotency-Key. */
  retry: Retry | null;
  /** Of the problem that was answered. */
  code: ProblemCode | null;
  /** The whole 2xx answer reached the client's connection. */
  delivered: boolean;
  /** Credits kept for this request. */
  credits: number;
  rows: number;
  /** The service has said how many rows the answer has. */
  rowsTold: boolean;
  /** The most rows that the answer may have, as far as they are paid for; null where rows have no price. */
  rowsMax: number | null;
  bytes: number;
  /** Runs just before the head of the answer leaves, with its status. */
  onHead(hook: (status: number) => void): void;
  /** Milliseconds that parts of the work took, by name. */
  readonly parts: Record<string, number>;
  /** What the request asked, without its values, as the service told it. */
  shape: string | null;
  /** Measures a part of the work for Server-Timing and the log. */
  timed<T>(name: string, work: Promise<T>): Promise<T>;
  /** Adds an upstream's own Server-Timing entries. */
  addTiming(entry: string): void;
  /** Tells a client that waits for `100 Continue` to send its body. */
  askForBody(): void;
  /** The client waits for `100 Continue` and has not been told to send. */
  readonly bodyUnasked: boolean;
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

/** @param clockMs monotonic milliseconds */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  clockMs: () => number,
): Exchange {
  const startedMs = clockMs();
  const requestId = requestIdFrom(request.headers['x-request-id']);
  const timings: string[] = [];
  const parts: Record<string, number> = {};
  const hooks: ((status: number) => void)[] = [];
  let bodyUnasked = request.headers.expect?.toLowerCase() === '100-continue';

  response.setHeader(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of FIXED_HEADERS) response.setHeader(name, value);
  beforeHead(response, (status) => {
    for (const hook of hooks) hook(status);
    timings.push(timing('total', clockMs() - startedMs));
    response.setHeader('Server-Timing', timings.join(', '));
  });

  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]+/i, '');
  const queryAt = target.indexOf('?');
  return {
    request,
    response,
    requestId,
    path: queryAt === -1 ? target : target.slice(0, queryAt),
    search: queryAt === -1 ? '' : target.slice(queryAt),
    startedMs,
    match: { kind: 'unmatched' },
    key: null,
    body: null,
    retry: null,
    code: null,
    delivered: false,
    credits: 0,
    rows: 0,
    rowsTold: false,
    rowsMax: null,
    bytes: 0,
    parts,
    shape: null,
    onHead: (hook) => void hooks.push(hook),
    addTiming: (entry) => void timings.push(entry),
    async timed(name, work) {
      const fromMs = clockMs();
      try {
        return await work;
      } finally {
        parts[name] = clockMs() - fromMs;
        timings.push(timing(name, clockMs() - fromMs));
      }
    },
    askForBody() {
      if (bodyUnasked) response.writeContinue();
      bodyUnasked = false;
    },
    get bodyUnasked() {
      return bodyUnasked;
    },
  };
}

function timing(name: string, durationMs: number): string {
  return `${name};dur=${durationMs.toFixed(2)}`;
}

/** node:http sends every head through writeHead, the implicit ones too. */
function beforeHead(response: ServerResponse, hook: (status: number) => void): void {
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    ...rest: unknown[]
  ) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    hook(status);
    return writeHead(status, ...rest);
  };
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
