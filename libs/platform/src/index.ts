export { commonSettings } from './config/common-settings';
export {
  ConfigError,
  type ConfigOf,
  type ConfigSpec,
  type Environment,
  loadConfig,
  type SettingDescription,
} from './config/load-config';
export { Secret } from './config/secret';
export {
  addressRanges,
  boolean,
  integer,
  list,
  oneOf,
  optional,
  port,
  ratio,
  secret,
  secrets,
  secretUrl,
  type Setting,
  text,
  url,
} from './config/settings';
export { checkFiles, hashFiles, writeChecked, writeWhole } from './files/checked-files';
export { createHealth, type Health, type HealthCheck, type Readiness } from './health';
export { createInternalApp, mountHealth } from './http/internal-app';
export { listen, type Listening } from './http/listen';
export {
  fromProblemDocument,
  PROBLEM_MEDIA_TYPE,
  type ProblemDocument,
  problemSchema,
  sendProblem,
  statusOf,
  toAppError,
  toProblemDocument,
} from './http/problem';
export { REQUEST_ID_HEADER, requestIdFrom } from './http/request-id';
export { NOT_MODIFIED } from './http/not-modified';
export { type ServerSentEvent } from './http/event-stream';
export {
  bindEvents,
  bindRoute,
  createServiceApp,
  type RouteBinding,
  type RouteRequest,
  type ServiceAppOptions,
} from './http/service-app';
export {
  createServiceClient,
  type ServiceCall,
  type ServiceClient,
  type ServiceClientOptions,
} from './http/service-client';
export { StreamedAnswer } from './http/streamed-answer';
export { parseInput, toPointer } from './http/validation';
export {
  type Caller,
  createIdentityCodec,
  IDENTITY_HEADER,
  type IdentityCodec,
  type RequestLine,
  type SignedIdentity,
  type VerifiedIdentity,
} from './identity';
export { createLifecycle, type Lifecycle } from './lifecycle';
export { createLogger, type Logger, type LogLevel } from './log/logger';
export { redact } from './log/redact';
export { createMetrics, type Labels, type Metrics, type Reading } from './metrics';
export { isPublicAddress } from './net/public-address';
export { type MetricsSnapshot, sumMetrics } from './summed-metrics';
export { TRACE_HEADER } from './http/trace-header';
export { failureOf, inSpan, NO_SPAN, type Span, type SpanKind } from './trace/span';
export { NO_TRACING, openTracing, type Tracing } from './trace/tracing';
export { runService, type ServiceContext, type StartedService } from './run-service';
