import { NO_SPAN, type Span, TRACE_HEADER, type Tracing } from '@bigdata/platform';
import { type Exchange } from '../chain/exchange';

export interface TraceRequestOptions {
  readonly tracing: Tracing;
  /** Share of the requests that are traced, 0 to 1. */
  readonly ratio: number;
  /** A client's own trace is gone on with, and it decides for its requests. */
  readonly trustClients: boolean;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Decides, once for all services, whether a request is traced. */
export type TraceRequest = (exchange: Pick<Exchange, 'request' | 'startedMs'>) => Span;

export function createTraceRequest({
  tracing,
  ratio,
  trustClients,
  random,
}: TraceRequestOptions): TraceRequest {
  return ({ request, startedMs }) => {
    const given = request.headers[TRACE_HEADER];
    // The name is known once the route is.
    if (trustClients && given !== undefined) return tracing.join(given, 'request', 'server', startedMs);
    return random() < ratio ? tracing.begin('request', 'server', startedMs) : NO_SPAN;
  };
}
