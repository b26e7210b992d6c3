/** The outermost step: answers what the others refused, and writes one entry per request, whatever came of it. */
import { randomUUID } from 'node:crypto';
import { type AppError, type RequestLogEntry } from '@bigdata/models';
import { type Logger, type Metrics, sendProblem, toAppError } from '@bigdata/platform';
import { answerEnded, CLIENT_GONE_STATUS, ClientGone, type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { type Outbox } from '../delivery/outbox';
import { sendUpstreamProblem, UpstreamProblem } from '../proxy/upstream-problem';
import { routeName } from '../routing/route-table';
import { type TraceRequest } from './trace-request';

/** A client may go on sending a body that nobody wants for this long before its connection is cut. */
const UNWANTED_BODY_MS = 2_000;

export interface RecordOptions {
  readonly entries: Outbox<RequestLogEntry>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly traceRequest: TraceRequest;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
  /** The wall clock. */
  readonly now: () => Date;
}

export function createRecord(options: RecordOptions): Step {
  const { entries, logger, metrics, traceRequest, clockMs, now } = options;
  const parts = metrics.histogram(
    'gateway_request_part_duration_seconds',
    'Time of the parts of a request; `upstream` is that until the head of the answer',
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    { part: ['auth', 'limit', 'idempotency', 'charge', 'upstream'] },
  );
  return async (exchange, next) => {
    exchange.span = traceRequest(exchange);
    try {
      await next();
    } catch (error) {
      if (error instanceof UpstreamProblem) await passOn(exchange, error);
      else if (!(error instanceof ClientGone)) await refuse(exchange, toAppError(error));
    }
    endUnwantedBody(exchange);
    const elapsedMs = clockMs() - exchange.startedMs;
    const entry = toEntry(exchange, elapsedMs, now());
    entries.add(entry);
    const { method, route, status } = entry;
    metrics.observeRequest({ method, route, status }, elapsedMs / 1_000);
    for (const [part, ms] of Object.entries(exchange.parts)) parts.observe({ part }, ms / 1_000);
    endSpan(exchange, entry);
    logger.info('request', { ...entry, ...traceOf(exchange), delivered: exchange.delivered });
  };

  async function passOn(exchange: Exchange, problem: UpstreamProblem): Promise<void> {
    exchange.code = problem.code;
    exchange.bytes = problem.body.length;
    sendUpstreamProblem(exchange, problem);
    exchange.delivered = await answerEnded(exchange.response);
  }

  async function refuse(exchange: Exchange, failure: AppError): Promise<void> {
    const { response, request, path, requestId } = exchange;
    exchange.code = failure.code;
    if (failure.kind === 'internal')
      logger.error('request failed', { request_id: requestId, ...traceOf(exchange), error: failure });
    else if (failure.kind === 'unavailable' || failure.kind === 'bad_gateway') {
      logger.warn('request failed', { request_id: requestId, ...traceOf(exchange), error: failure });
    }
    // A client that was never told to send its body sends none, but cannot know whether we wait for it.
    if (exchange.bodyUnasked) response.setHeader('Connection', 'close');
    sendProblem(response, failure, path, requestId);
    if (request.method !== 'HEAD') exchange.bytes = Number(response.getHeader('content-length') ?? 0);
    exchange.delivered = await answerEnded(response);
  }
}

function traceOf({ span }: Exchange): Readonly<Record<string, string>> {
  return span.traceId === null ? {} : { trace_id: span.traceId };
}

function endSpan({ span }: Exchange, { method, route, status, request_id, code }: RequestLogEntry): void {
  if (span.traceId === null) return;
  span.rename(`${method} ${route}`);
  span.set({
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'bigdata.request_id': request_id,
  });
  span.end(status >= 500 ? code : null);
}

/** Lets the client read the answer before its connection goes: cutting at once would take the answer with it. */
function endUnwantedBody({ request }: Exchange): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), UNWANTED_BODY_MS);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

function toEntry(exchange: Exchange, elapsedMs: number, createdAt: Date): RequestLogEntry {
  const { request, response, key } = exchange;
  return {
    entry_id: randomUUID(),
    request_id: exchange.requestId,
    user_id: key?.user_id ?? null,
    key_id: key?.id ?? null,
    method: request.method ?? 'GET',
    route: routeName(exchange.match),
    status: response.headersSent ? response.statusCode : CLIENT_GONE_STATUS,
    code: exchange.code,
    latency_ms: rounded(elapsedMs),
    latency_parts_ms: Object.fromEntries(
      Object.entries(exchange.parts).map(([name, ms]) => [name, rounded(ms)]),
    ),
    credits: exchange.credits,
    rows: exchange.rows,
    bytes: exchange.bytes,
    shape: exchange.shape,
    created_at: createdAt.toISOString(),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
