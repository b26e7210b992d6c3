/** Hands the request to its service, under a signed identity, and the answer back. */
import { Readable } from 'node:stream';
import { type Price, type QueryLimits, type ResolvedKey, type RouteContract, ROUTES } from '@bigdata/models';
import {
  type Caller,
  type IdentityCodec,
  IDENTITY_HEADER,
  inSpan,
  REQUEST_ID_HEADER,
  TRACE_HEADER,
} from '@bigdata/platform';
import { type Pool } from 'undici';
import { answerEnded, ClientGone, type Exchange } from '../chain/exchange';
import { type Step } from '../chain/run-chain';
import { sendKeptAnswer } from '../idempotency/send-kept-answer';
import { found } from '../routing/match-route';
import { headersToService } from './forwarded-headers';
import { handOver, type HandOverOptions } from './hand-over';
import { hasBody } from './read-body';

/** A service says something on an event stream every few seconds, if only that it is there. */
const EVENTS_SILENCE_MS = 60_000;

const NO_LIMITS: QueryLimits = {
  rows_max: null,
  timeout_ms: null,
  memory_bytes_max: null,
  rows_to_read_max: null,
  concurrent_max: null,
};

export interface ProxyOptions extends HandOverOptions {
  readonly pools: Readonly<Record<RouteContract['service'], Pool>>;
  readonly identity: IdentityCodec;
  /** What a request to a metered route costs. */
  readonly priceOf: (contract: RouteContract, key: ResolvedKey) => Price;
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
    const method = request.method ?? contract.method;
    const target = exchange.path + exchange.search;
    const headers: Record<string, string> = {
      ...headersToService(request.headers),
      [REQUEST_ID_HEADER]: requestId,
      [IDENTITY_HEADER]: identity.sign(
        {
          caller: {
            ...callerOf(key, exchange.rowsMax),
            // Prices are the gateway's: the service that tells what a query would cost has them from here.
            ...(contract.id === ROUTES.explainQuery.id ? { queryPrice: priceOf(ROUTES.runQuery, key) } : {}),
          },
          requestId,
        },
        { method, target },
      ),
    };
    const span = exchange.span.child(contract.service, 'client');
    if (span.traceparent !== null) headers[TRACE_HEADER] = span.traceparent;
    // undici writes the length of a buffer itself, and must not announce a body that is not sent.
    if (!streams) delete headers['content-length'];
    // A kept answer must suit whatever the retry can read.
    if (retry) delete headers['accept-encoding'];
    await inSpan(span, () =>
      handOver(
        pools[contract.service],
        {
          method,
          path: target,
          headers,
          body: streams ? Readable.from(uploadOf(exchange), { objectMode: false }) : exchange.body,
          // An upload ends when the client ends it; its client's patience is the limit.
          ...(contract.body === 'stream' ? { headersTimeout: 0 } : {}),
          ...(contract.media === 'events' ? { bodyTimeout: EVENTS_SILENCE_MS } : {}),
        },
        exchange,
        contract,
        options,
      ),
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
