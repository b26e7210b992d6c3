/** Which headers cross the gateway, in both directions. */
import { type IncomingHttpHeaders } from 'node:http';

/**
 * All that a service may learn from a client's headers. A list of what passes: whatever a client makes up,
 * such as an identity, a key or a cookie, does not.
 */
const TO_SERVICE = [
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'content-encoding',
  'content-length',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
  'user-agent',
] as const;

/** Of one connection only (RFC 9110 §7.6.1), the gateway's own, or of no interest to a client. */
const NOT_TO_CLIENT = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'date',
  'server',
  'x-powered-by',
  'set-cookie',
  'x-request-id',
  'server-timing',
  'ratelimit',
  'ratelimit-policy',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-ratelimit-fallback',
  'x-credits-charged',
  'x-credits-remaining',
  'idempotency-replayed',
  'x-content-type-options',
  'referrer-policy',
  'x-frame-options',
  'content-security-policy',
  'cross-origin-resource-policy',
]);

/** Between our services only; never from or to a client. */
const INTERNAL_PREFIX = 'x-bigdata-';

export function headersToService(from: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of TO_SERVICE) {
    const value = from[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

export function headersToClient(from: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = from.connection?.toLowerCase().split(/\s*,\s*/) ?? [];
  const headers: Record<string, string | string[]> = {};
  for (const name of Object.keys(from)) {
    const value = from[name];
    if (value === undefined || NOT_TO_CLIENT.has(name) || name.startsWith(INTERNAL_PREFIX)) continue;
    if (!named.includes(name)) headers[name] = value;
  }
  headers['cache-control'] ??= 'private, no-store';
  return headers;
}
