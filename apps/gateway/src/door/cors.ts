/** Which pages of other origins may call from a browser: those that the configuration names, none by default. */
import { type IncomingMessage, type ServerResponse } from 'node:http';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'X-Api-Key',
  'X-Request-Id',
].join(', ');
const EXPOSED_HEADERS = [
  'ETag',
  'Idempotency-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Server-Timing',
  'X-Credits-Charged',
  'X-Credits-Remaining',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ');
const PREFLIGHT_MAX_AGE_S = 600;

/** Adds the headers that a browser asks for; a preflight is answered by it. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => 'answered' | 'open';

/** @param origins such as `https://app.example.com`; compared whole, never by a part */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  return ({ method, headers }, response) => {
    if (allowed.size === 0) return 'open';
    response.setHeader('Vary', 'Origin');
    const { origin } = headers;
    if (origin === undefined || !allowed.has(origin)) return 'open';
    response.setHeader('Access-Control-Allow-Origin', origin);
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
      response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
      return 'open';
    }
    response
      .writeHead(204, {
        'Access-Control-Allow-Methods': METHODS,
        'Access-Control-Allow-Headers': REQUEST_HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_S),
      })
      .end();
    return 'answered';
  };
}
