import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../stack-error';

export type Answer = { status: number; headers: Headers; body: unknown };

/** Calls the gateway with one key, as any client would. */
export type GatewayClient = (method: string, path: string, body?: unknown) => Promise<Answer>;

const TIMEOUT_MS = 60_000;

export function createGatewayClient(gatewayUrl: string, apiKey: string): GatewayClient {
  return async (method, path, body) => {
    const isFile = body instanceof Blob;
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: {
        'x-api-key': apiKey,
        // Calls lie seconds of other work apart. A kept connection that the gateway closes meanwhile would fail
        // the next call, and a POST cannot simply be sent again.
        connection: 'close',
        ...(body === undefined
          ? {}
          : { 'content-type': isFile ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parseJson(text) };
  };
}

/** The answer's body when its status is the expected one; else an error that shows the problem document. */
export function expectStatus(answer: Answer, status: number, what: string): Record<string, unknown> {
  if (answer.status === status && typeof answer.body === 'object' && answer.body !== null) {
    return answer.body as Record<string, unknown>;
  }
  throw new StackError(
    'first_start_failed',
    `${what} failed: HTTP ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`,
  );
}

/** Asks until `take` gives a value. */
export async function pollAnswer<T>(
  ask: () => Promise<Answer>,
  take: (answer: Answer) => T | undefined,
  timeoutMs: number,
  what: string,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = take(await ask());
    if (value !== undefined) return value;
    if (Date.now() > deadline) {
      throw new StackError(
        'first_start_failed',
        `${what} took longer than ${Math.round(timeoutMs / 1000)} s.`,
      );
    }
    await delay(100);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
