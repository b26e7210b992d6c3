/**
 * Traces by OpenTelemetry's SDK, sent to a collector over OTLP/HTTP. Whether a request is traced is decided once, where
 * it enters: everything else joins what it is told of, or has no span. No context is kept beside the arguments, so that
 * what is not traced costs nothing.
 */
import {
  type Context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Secret } from '../config/secret';
import { type Logger } from '../log/logger';
import { NO_SPAN, type Span, type SpanKind } from './span';

export interface Tracing {
  /** A new trace. */
  begin(name: string, kind: SpanKind, startedMs: number): Span;
  /** A part of another process's trace; NO_SPAN when that is not traced, or the header is not one. */
  join(traceparent: string | string[] | undefined, name: string, kind: SpanKind, startedMs?: number): Span;
  /** Sends what has ended and not left yet. */
  close(): Promise<void>;
}

export const NO_TRACING: Tracing = Object.freeze({
  begin: () => NO_SPAN,
  join: () => NO_SPAN,
  close: () => Promise.resolve(),
});

export interface CollectorOptions {
  readonly service: string;
  /** Base of the collector's OTLP/HTTP; `/v1/traces` is added. */
  readonly endpoint: URL;
  /** `name=value`, separated by commas, percent-encoded: what the collector wants to know its senders by. */
  readonly headers: Secret | null;
  /** Told once of each outage of the collector. */
  readonly logger: Logger;
}

/** What leaves late is dropped rather than kept: a collector that is away must not cost memory. */
const SPANS_WAITING_MAX = 8_192;
const SPANS_PER_SEND = 512;
const SEND_EVERY_MS = 1_000;
const SEND_TIMEOUT_MS = 5_000;

export function openTracing({ service, endpoint, headers, logger }: CollectorOptions): Tracing {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({
    url: url.href,
    headers: headers === null ? {} : parseHeaders(headers.reveal()),
    timeoutMillis: SEND_TIMEOUT_MS,
  });
  return createTracing(service, tellingOutages(exporter, logger));
}

function tellingOutages(exporter: SpanExporter, logger: Logger): SpanExporter {
  let away = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined && !away) logger.warn('traces are lost', { error: result.error });
        away = result.error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

/** @param exporter where spans go once they have ended */
export function createTracing(service: string, exporter: SpanExporter): Tracing {
  const provider = new TracerProvider({
    // Whoever calls `begin` has decided already.
    sampler: new AlwaysOnSampler(),
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'bigdata-api' }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: SPANS_WAITING_MAX,
        maxExportBatchSize: SPANS_PER_SEND,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('bigdata-api');
  return {
    begin: (name, kind, startedMs) =>
      toSpan(
        tracer,
        tracer.startSpan(name, { kind: KINDS[kind], startTime: toTime(startedMs) }, ROOT_CONTEXT),
      ),
    join(traceparent, name, kind, startedMs) {
      const parent = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
      if (!parent || (parent.traceFlags & TraceFlags.SAMPLED) === 0) return NO_SPAN;
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
      const startTime = startedMs === undefined ? {} : { startTime: toTime(startedMs) };
      return toSpan(tracer, tracer.startSpan(name, { kind: KINDS[kind], ...startTime }, context));
    },
    close: () => provider.shutdown(),
  };
}

const KINDS: Readonly<Record<SpanKind, OtelKind>> = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
  internal: OtelKind.INTERNAL,
};

/** The spans that are ours, for what the SDK needs of them. */
const inner = new WeakMap<Span, OtelSpan>();

function toSpan(tracer: Tracer, otel: OtelSpan): Span {
  const { traceId, spanId } = otel.spanContext();
  let context: Context | null = null;
  const ownContext = (): Context => (context ??= trace.setSpan(ROOT_CONTEXT, otel));
  const span: Span = {
    traceId,
    traceparent: `00-${traceId}-${spanId}-01`,
    child(name, kind = 'internal', links = []) {
      const linked = links.flatMap((link) => {
        const other = inner.get(link);
        return other ? [{ context: other.spanContext() }] : [];
      });
      return toSpan(tracer, tracer.startSpan(name, { kind: KINDS[kind], links: linked }, ownContext()));
    },
    record(name, fromMs, toMs) {
      tracer.startSpan(name, { startTime: toTime(fromMs) }, ownContext()).end(toTime(toMs));
    },
    rename: (name) => void otel.updateName(name),
    set: (attributes) => void otel.setAttributes(attributes),
    end(failure = null) {
      if (!otel.isRecording()) return;
      if (failure !== null) {
        otel.setStatus({ code: SpanStatusCode.ERROR });
        otel.setAttribute('error.type', failure);
      }
      otel.end();
    },
  };
  inner.set(span, otel);
  return span;
}

/** Milliseconds since 1970 of a time of the monotonic clock, with its fractions. */
function toTime(monotonicMs: number): number {
  return performance.timeOrigin + monotonicMs;
}

function parseHeaders(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .filter(([name]) => name?.trim())
      .map(([name = '', ...value]) => [name.trim(), decodeURIComponent(value.join('=').trim())]),
  );
}
