import { ExportResultCode } from '@opentelemetry/core';
import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { failureOf, inSpan, NO_SPAN } from './span';
import { createTracing, NO_TRACING, type Tracing } from './tracing';

let sent: ReadableSpan[] = [];
let tracing: Tracing;

beforeEach(() => {
  sent = [];
  const exporter: SpanExporter = {
    export: (spans, done) => {
      sent.push(...spans);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
  tracing = createTracing('test', exporter);
});

afterEach(() => tracing.close());

const named = (name: string): ReadableSpan => sent.find((span) => span.name === name)!;

test('a span, its parts and what another process does for it are one trace', async () => {
  const root = tracing.begin('POST /v1/query', 'server', performance.now());
  const part = root.child('charge');
  const far = tracing.join(part.traceparent!, 'POST /internal/charges', 'server');
  far.end();
  part.end();
  root.record('auth', performance.now() - 5, performance.now());
  root.end();
  await tracing.close();
  expect(new Set(sent.map((span) => span.spanContext().traceId))).toEqual(new Set([root.traceId]));
  const parentOf = (name: string) => named(name).parentSpanContext?.spanId;
  expect(parentOf('POST /internal/charges')).toBe(named('charge').spanContext().spanId);
  expect(parentOf('charge')).toBe(named('POST /v1/query').spanContext().spanId);
  expect(parentOf('auth')).toBe(named('POST /v1/query').spanContext().spanId);
  expect(parentOf('POST /v1/query')).toBeUndefined();
});

test('what is done for several is part of one trace and linked to the others', async () => {
  const [one, other] = [1, 2].map(() => tracing.begin('request', 'server', performance.now()));
  one!.child('group', 'client', [other!, NO_SPAN]).end();
  await tracing.close();
  expect(named('group').links.map(({ context }) => context.traceId)).toEqual([other!.traceId]);
});

test.each([
  undefined,
  '',
  'nonsense',
  '00-00000000000000000000000000000000-0000000000000001-01',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
])('nothing joins what is no header, or not traced: %p', (header) => {
  expect(tracing.join(header, 'name', 'server')).toBe(NO_SPAN);
});

test('a failure is told by its code, never by its text', async () => {
  const failing = inSpan(tracing.begin('work', 'internal', performance.now()), () =>
    Promise.reject(new TypeError('row jane@example.com')),
  );
  await expect(failing).rejects.toThrow(TypeError);
  await tracing.close();
  expect(named('work').status).toEqual({ code: 2 });
  expect(named('work').attributes).toEqual({ 'error.type': 'internal' });
  expect(failureOf({ code: 'unavailable' })).toBe('unavailable');
});

test('what is not traced makes no span of its own', () => {
  expect(NO_TRACING.begin('name', 'server', 0)).toBe(NO_SPAN);
  expect(NO_SPAN.child('part')).toBe(NO_SPAN);
  expect(NO_SPAN.traceparent).toBeNull();
});
