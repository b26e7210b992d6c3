/**
 * Hands the request to its service and the answer back, byte for byte and with back-pressure both ways. Built
 * on undici's dispatch: the answer's chunks go from one socket to the other without a stream between them.
 */
import { type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import {
  AppError,
  type Price,
  type QueryLimits,
  type ResolvedKey,
  type RouteContract,
  ROUTES,
} from '@bigdata/models';
import { type Caller, type IdentityCodec, IDENTITY_HEADER, REQUEST_ID_HEADER } from '@bigdata/platform';
import { type Dispatcher, type Pool } from 'undici';
import { answerEnded, ClientGone, type Exchange, isSuccess } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { type KeptAnswer } from '../idempotency/kept-answer';
import { sendKeptAnswer } from '../idempotency/send-kept-answer';
import { found } from '../routing/match-route';
import { headersToClient, headersToService } from './forwarded-headers';
import { hasBody } from './read-body';
import { badAnswer, toRefusal } from './refusal';
import { fromUpstreamError } from './upstream-error';

/** Rows of the answer, told by query-service for the request log and for the price of records. */
export const ROWS_HEADER = 'x-bigdata-rows';
/** What was asked, without values, for the request log too. */
export const SHAPE_HEADER = 'x-bigdata-shape';
const SHAPE_CHARS_MAX = 1_000;
/** A problem document is read whole, for its code; one that is larger is none. */
const PROBLEM_BYTES_MAX = 256 * 1_024;
/** A service says something on an event stream every few seconds, if only that it is there. */
const EVENTS_SILENCE_MS = 60_000;

const NO_LIMITS: QueryLimits = {
  rows_max: null,
  timeout_ms: null,
  memory_bytes_max: null,
  rows_to_read_max: null,
  concurrent_max: null,
};

export interface ProxyOptions {
  readonly pools: Readonly<Record<RouteContract['service'], Pool>>;
  readonly identity: IdentityCodec;
  /** What a request to a metered route costs. */
  readonly priceOf: (contract: RouteContract, key: ResolvedKey) => Price;
  readonly clockMs: () => number;
  /** A client that takes nothing of its answer for this long is cut off: it holds up a service's work. */
  readonly stalledClientMs: number;
  /** Aborts when the gateway begins to stop: event streams, which would hold it up, are cut, and clients connect again. */
  readonly stopping: AbortSignal;
}

export function createProxy(options: ProxyOptions): Step {
  const { pools, identity, priceOf, stalledClientMs } = options;
  return async (exchange) => {
    const { contract } = found(exchange);
    const { request, requestId, key, response, retry } = exchange;
    if (!key) throw new Error('a request without a key is refused before it is proxied');
    if (retry?.answer) {
      await sendKeptAnswer(exchange, retry.answer);
      return;
    }
    const streams = contract.body === 'stream' && hasBody(request);
    const headers: Record<string, string> = {
      ...headersToService(request.headers),
      [REQUEST_ID_HEADER]: requestId,
      [IDENTITY_HEADER]: identity.sign({
        caller: {
          ...callerOf(key, exchange.rowsMax),
          // Prices are the gateway's: the service that tells what a query would cost has them from here.
          ...(contract.id === ROUTES.explainQuery.id ? { queryPrice: priceOf(ROUTES.runQuery, key) } : {}),
        },
        requestId,
      }),
    };
    // undici writes the length of a buffer itself, and must not announce a body that is not sent.
    if (!streams) delete headers['content-length'];
    // A kept answer must suit whatever the retry can read.
    if (retry) delete headers['accept-encoding'];
    await handOver(
      pools[contract.service],
      {
        method: request.method ?? contract.method,
        path: exchange.path + exchange.search,
        headers,
        body: streams ? Readable.from(uploadOf(exchange), { objectMode: false }) : exchange.body,
        // An upload ends when the client ends it; its client's patience is the limit.
        ...(contract.body === 'stream' ? { headersTimeout: 0 } : {}),
        ...(contract.media === 'events' ? { bodyTimeout: EVENTS_SILENCE_MS } : {}),
      },
      exchange,
      contract,
      options,
    );
    const stalled = setTimeout(() => response.destroy(), stalledClientMs);
    exchange.delivered = await answerEnded(response);
    clearTimeout(stalled);
    if (!exchange.delivered && exchange.code === null) throw new ClientGone();
  };
}

/**
 * Whom the services see: terms that the key does not have are left out.
 * @param rowsMax rows that are paid for: no stream gives more, whatever the gateway took the request for
 */
function callerOf(
  { user_id, role, id, fields, query_limits }: ResolvedKey,
  rowsMax: number | null,
): Extract<Caller, { kind: 'user' }> {
  const queryLimits = rowsMax === null ? query_limits : { ...(query_limits ?? NO_LIMITS), rows_max: rowsMax };
  return {
    kind: 'user',
    userId: user_id,
    role,
    keyId: id,
    ...(fields === null ? {} : { fields }),
    ...(queryLimits === null ? {} : { queryLimits }),
  };
}

/** Without destroyOnReturn: a service that refuses early must not cost the client its answer. */
async function* uploadOf(exchange: Exchange): AsyncGenerator<Buffer, void> {
  exchange.askForBody();
  yield* exchange.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** Resolves once the service's answer is over, whole or cut; rejects when nothing was written to the client. */
function handOver(
  pool: Pool,
  options: Dispatcher.DispatchOptions,
  exchange: Exchange,
  contract: RouteContract,
  { clockMs, stalledClientMs, stopping }: ProxyOptions,
): Promise<void> {
  const { response } = exchange;
  const startedMs = clockMs();
  return new Promise((resolve, reject) => {
    let upstream: Dispatcher.DispatchController | null = null;
    let head: { status: number; headers: IncomingHttpHeaders } | null = null;
    /** Chunks of an answer that is not 2xx, which is read whole. */
    let refusal: Buffer[] | null = null;
    /** Chunks of an answer that is kept for retries before any of it leaves. */
    let kept: Buffer[] | null = null;

    const onClose = (): void => {
      // What an Idempotency-Key asked for once is finished for the retry that will come.
      if (!response.writableFinished && !exchange.retry) upstream?.abort(new ClientGone());
    };
    const begin = ({ status, headers }: { status: number; headers: IncomingHttpHeaders }): void => {
      response.writeHead(status, headersToClient(headers));
      // An event stream has nothing to say at first; node:http would keep the head back until it has.
      setImmediate(() => {
        if (exchange.bytes === 0 && !response.writableEnded && !response.destroyed) response.flushHeaders();
      });
    };
    const pass = (controller: Dispatcher.DispatchController, chunk: Buffer): void => {
      if (response.write(chunk)) return;
      controller.pause();
      stalled = setTimeout(() => response.destroy(), stalledClientMs);
    };
    /** Too large to be kept: it leaves as any other, and is lost for a client that is gone. */
    const passKept = (controller: Dispatcher.DispatchController, chunks: readonly Buffer[]): void => {
      kept = null;
      if (response.destroyed) {
        controller.abort(new ClientGone());
        return;
      }
      void exchange.retry?.keep(null);
      response.once('close', () => {
        if (!response.writableFinished) controller.abort(new ClientGone());
      });
      if (head) begin(head);
      pass(controller, Buffer.concat(chunks));
    };
    let stalled: NodeJS.Timeout | undefined;
    const onDrain = (): void => {
      clearTimeout(stalled);
      upstream?.resume();
    };
    const onStop = (): void => upstream?.abort(new ClientGone());
    const settle = (outcome: () => void): void => {
      clearTimeout(stalled);
      stopping.removeEventListener('abort', onStop);
      response.off('close', onClose).off('drain', onDrain);
      outcome();
    };
    response.once('close', onClose).on('drain', onDrain);
    if (contract.media === 'events') stopping.addEventListener('abort', onStop);
    pool.dispatch(options, {
      onRequestStart(controller) {
        upstream = controller;
        if (response.destroyed && !exchange.retry) controller.abort(new ClientGone());
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        head = { status, headers };
        exchange.parts['upstream'] = clockMs() - startedMs;
        exchange.addTiming(`upstream;dur=${exchange.parts['upstream'].toFixed(2)}`);
        exchange.shape = shapeOf(headers);
        if (typeof headers['server-timing'] === 'string') exchange.addTiming(headers['server-timing']);
        if (!isPassedThrough(status)) {
          refusal = [];
          return;
        }
        takeRows(exchange, headers);
        if (exchange.retry && isSuccess(status)) kept = [];
        else begin(head);
      },
      onResponseData(controller, chunk) {
        exchange.bytes += chunk.length;
        if (refusal) {
          refusal.push(chunk);
          if (exchange.bytes > PROBLEM_BYTES_MAX) controller.abort(badAnswer(contract, head?.status));
        } else if (kept) {
          kept.push(chunk);
          if (exchange.bytes > (exchange.retry?.answerBytesMax ?? 0)) passKept(controller, kept);
        } else pass(controller, chunk);
      },
      onResponseEnd(_controller, trailers) {
        takeRows(exchange, trailers);
        settle(() => {
          if (head && refusal) {
            exchange.bytes = 0;
            reject(toRefusal(contract, head, Buffer.concat(refusal)));
          } else if (head && kept) {
            keepAndSend(exchange, head, Buffer.concat(kept)).then(resolve, reject);
          } else {
            response.end();
            resolve();
          }
        });
      },
      onResponseError(_controller, error) {
        settle(() => {
          if (!response.headersSent) {
            exchange.bytes = 0;
            reject(
              error instanceof ClientGone || error instanceof AppError
                ? error
                : fromUpstreamError(error, contract),
            );
            return;
          }
          // Half an answer must not look whole: the connection is cut before its end.
          if (!(error instanceof ClientGone)) exchange.code = 'upstream_failed';
          response.destroy();
          resolve();
        });
      },
    });
  });
}

/** The answer is safe for retries before its client has any of it. */
async function keepAndSend(
  { retry, response, rows }: Exchange,
  { status, headers }: { status: number; headers: IncomingHttpHeaders },
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
  if (!(ROWS_HEADER in headers)) return;
  const rows = Number(headers[ROWS_HEADER]);
  exchange.rows = Number.isSafeInteger(rows) && rows >= 0 ? rows : 0;
  exchange.rowsTold = true;
}
