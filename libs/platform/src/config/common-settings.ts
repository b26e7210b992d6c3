/** Settings that every service has. */
import { integer, oneOf, optional, port, secret, text, url } from './settings';

export const commonSettings = {
  logLevel: oneOf('LOG_LEVEL', 'least severe level that is logged', ['error', 'warn', 'info', 'debug'], {
    fallback: 'info',
  }),
  logFormat: oneOf('LOG_FORMAT', 'json for machines, pretty for people', ['json', 'pretty'], {
    fallback: 'json',
  }),
  httpHost: text('HTTP_HOST', 'address the service listens on', { fallback: '127.0.0.1' }),
  internalPort: port('INTERNAL_PORT', 'port of /livez, /readyz and /metrics', { fallback: '0' }),
  identitySecret: secret('SERVICE_IDENTITY_SECRET', 'signs the calls between services; the same for all', {
    minChars: 32,
  }),
  stopDeadlineMs: integer('STOP_DEADLINE_MS', 'after this long a stopping service gives up draining', {
    fallback: '25000',
    min: 100,
  }),
  otlpEndpoint: optional(
    url(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'collector of traces over OTLP/HTTP, such as http://collector:4318; without it nothing is traced',
      ['http', 'https'],
    ),
  ),
  otlpHeaders: optional(
    secret(
      'OTEL_EXPORTER_OTLP_HEADERS',
      'headers that the collector wants: name=value, separated by commas',
      {
        minChars: 1,
      },
    ),
  ),
} as const;
