/** One request as its client lives through it. */
import { Agent, request } from 'node:http';
import { type Socket } from 'node:net';
import { type PlannedRequest } from './requests';

export type Outcome =
  /** The whole answer was read. `charged` is what it says of its price, null where it says nothing. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly charged: number | null;
      readonly replayed: boolean;
    }
  /** The connection broke, before the answer or in it: what was done is not known. */
  | { readonly kind: 'broken' }
  /** The client went away on purpose. `sent`: the whole request had left it, so the gateway gets it all the same. */
  | { readonly kind: 'left'; readonly sent: boolean }
  /** There was nobody to connect to. */
  | { readonly kind: 'unreached' };

export interface Attempt {
  readonly requestId: string;
  readonly planned: PlannedRequest;
  readonly gateway: number;
  /** When its connection was made: one whose gateway died may be taken for another request before that is seen. */
  readonly connectedMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
}

export interface Asker {
  ask(planned: PlannedRequest, requestId: string, gateway: number): Promise<Attempt>;
  close(): void;
}

/** A client whose answer does not come has waited long enough after this: every bound of the gateway is lower. */
const PATIENCE_MS = 30_000;

export function createAsker(urls: readonly string[], apiKeys: readonly string[]): Asker {
  const agent = new Agent({ keepAlive: true });
  const connectedMs = new WeakMap<Socket, number>();
  return {
    async ask(planned, requestId, gateway) {
      const sentMs = performance.now();
      const { outcome, socket } = await send(planned, requestId, urls[gateway]!);
      const endedMs = performance.now();
      const since = (socket && connectedMs.get(socket)) ?? sentMs;
      return { requestId, planned, gateway, connectedMs: since, sentMs, endedMs, outcome };
    },
    close: () => agent.destroy(),
  };

  function send(
    planned: PlannedRequest,
    requestId: string,
    url: string,
  ): Promise<{ readonly outcome: Outcome; readonly socket: Socket | null }> {
    const { plan, idempotencyKey, leavesAfterMs, account } = planned;
    const body = JSON.stringify(plan);
    return new Promise((resolve) => {
      let left: Extract<Outcome, { kind: 'left' }> | null = null;
      const asked = request(new URL('/v1/query', url), {
        agent,
        method: 'POST',
        headers: {
          'x-api-key': apiKeys[account]!,
          'x-request-id': requestId,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          accept: plan.answer === 'stream' ? 'application/x-ndjson' : 'application/json',
          ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
        },
      });
      const leaving =
        leavesAfterMs === null
          ? undefined
          : setTimeout(() => {
              left = { kind: 'left', sent: asked.writableFinished };
              asked.destroy();
            }, leavesAfterMs);
      const end = (outcome: Outcome): void => {
        clearTimeout(leaving);
        resolve({ outcome, socket: asked.socket });
      };
      asked.once('socket', (socket) => {
        if (!connectedMs.has(socket)) connectedMs.set(socket, performance.now());
      });
      asked.setTimeout(PATIENCE_MS, () => asked.destroy(new Error('no answer')));
      asked.on('error', (error: NodeJS.ErrnoException) => {
        end(left ?? { kind: error.code === 'ECONNREFUSED' ? 'unreached' : 'broken' });
      });
      asked.once('response', (response) => {
        response.on('error', () => end(left ?? { kind: 'broken' }));
        response.once('end', () => {
          const { statusCode = 0, headers } = response;
          const charged = headers['x-credits-charged'];
          end({
            kind: 'answered',
            status: statusCode,
            charged: charged === undefined ? null : Number(charged),
            replayed: headers['idempotency-replayed'] === 'true',
          });
        });
        response.resume();
      });
      asked.end(body);
    });
  }
}
