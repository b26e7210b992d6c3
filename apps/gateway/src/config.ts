/** Settings of the gateway, beside those that every service has. */
import {
  addressRanges,
  boolean,
  integer,
  list,
  port,
  ratio,
  secret,
  secrets,
  secretUrl,
  url,
} from '@bigdata/platform';
import { redisSettings } from '@bigdata/redis';

export const gatewaySettings = {
  httpPort: port('HTTP_PORT', 'port of the public door', { fallback: '8080' }),
  queryServiceUrl: url('QUERY_SERVICE_URL', 'where query-service answers', ['http']),
  adminServiceUrl: url('ADMIN_SERVICE_URL', 'where admin-service answers', ['http']),
  redisUrl: secretUrl('REDIS_URL', 'Redis, for the rate limits', ['redis', 'rediss']),
  ...redisSettings,
  keyPepper: secret('KEY_PEPPER', 'keys the hashes of API keys; the same as in admin-service', {
    minChars: 32,
  }),
  keyPepperPrevious: secrets(
    'KEY_PEPPER_PREVIOUS',
    'further peppers, separated by commas, under which keys are valid while KEY_PEPPER changes',
    { minChars: 32 },
  ),
  trustedProxies: addressRanges(
    'TRUSTED_PROXIES',
    'addresses and ranges of the proxies before the gateway, whose X-Forwarded-For tells the address of a client',
    { fallback: '' },
  ),
  corsOrigins: list(
    'CORS_ORIGINS',
    'origins whose pages may call from a browser, such as https://app.example.com',
    { fallback: '' },
  ),
  requestsMax: integer(
    'REQUESTS_MAX',
    'requests that one process works on at once; more are refused with 503',
    {
      fallback: '2000',
      min: 1,
    },
  ),
  authFailuresPerMinute: integer(
    'AUTH_FAILURES_PER_MINUTE',
    'requests with keys that are not valid, from one address, before it has to wait',
    { fallback: '300', min: 1 },
  ),
  bodyLimitBytes: integer('BODY_LIMIT_BYTES', 'largest JSON body; uploads have no limit', {
    fallback: String(1_024 * 1_024),
    min: 1_024,
    max: 64 * 1_024 * 1_024,
  }),
  upstreamTimeoutMs: integer('UPSTREAM_TIMEOUT_MS', 'longest silence of a service before the answer ends', {
    fallback: '60000',
    min: 100,
  }),
  gatewayProcesses: integer(
    'GATEWAY_PROCESSES',
    'processes that share the public port; 0: one for each processor',
    { fallback: '1', max: 256 },
  ),
  gatewayProcessesTotal: integer(
    'GATEWAY_PROCESSES_TOTAL',
    'how many processes of the gateway run on all machines, GATEWAY_PROCESSES at least; while Redis is away each admits its part of every limit',
    { fallback: '1', min: 1, max: 10_000 },
  ),
  idempotencyAnswerBytesMax: integer(
    'IDEMPOTENCY_ANSWER_BYTES_MAX',
    'largest answer that is kept for retries with the same Idempotency-Key; a larger one is made anew',
    { fallback: String(256 * 1_024), min: 1_024, max: 16 * 1_024 * 1_024 },
  ),
  idempotencyLeaseMs: integer(
    'IDEMPOTENCY_LEASE_MS',
    'an Idempotency-Key is free again this long after the gateway that worked on it died',
    { fallback: '30000', min: 300, max: 600_000 },
  ),
  priceBaseCredits: integer('PRICE_BASE_CREDITS', 'price of one request to a metered route', {
    fallback: '1',
    min: 0,
    max: 1_000_000,
  }),
  pricePerRecordCredits: integer(
    'PRICE_PER_RECORD_CREDITS',
    'price of each record in the answer of a metered route, on top of the request',
    { fallback: '0', min: 0, max: 1_000_000 },
  ),
  streamRowsMax: integer(
    'STREAM_ROWS_MAX',
    'row cap of a streamed answer, for keys without one of their own; where records have a price, as many are reserved',
    { fallback: '1000000', min: 1 },
  ),
  traceRatio: ratio(
    'TRACE_RATIO',
    'share of the requests that are traced, 0 to 1, where there is a collector',
    {
      fallback: '0.01',
    },
  ),
  traceTrustClients: boolean(
    'TRACE_TRUST_CLIENTS',
    'true: the traceparent of a client is gone on with, and decides whether its request is traced',
    { fallback: 'false' },
  ),
  keyCacheMs: integer(
    'KEY_CACHE_MS',
    'how old an answer about a key may be; a revoked key still works this long',
    { fallback: '500', min: 0, max: 900 },
  ),
} as const;
