/** A collector of traces for as long as one command runs: OTLP/HTTP with JSON, in memory, on this machine only. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { CliError } from '../cli-error';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Null for the first span of a trace. */
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface SpanReceiver {
  readonly port: number;
  spans(): readonly ReceivedSpan[];
  close(): Promise<void>;
}

const attributesSchema = z
  .array(
    z.object({
      key: z.string(),
      value: z.object({
        stringValue: z.string().optional(),
        intValue: z.coerce.number().optional(),
        doubleValue: z.number().optional(),
        boolValue: z.boolean().optional(),
      }),
    }),
  )
  .default([])
  .transform((entries) =>
    Object.fromEntries(
      entries.map(({ key, value }) => [
        key,
        value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? '',
      ]),
    ),
  );

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: z.coerce.bigint(),
              endTimeUnixNano: z.coerce.bigint(),
              attributes: attributesSchema,
            }),
          ),
        }),
      ),
    }),
  ),
});

/** @param port 0 lets the system pick one */
export async function receiveSpans(port: number): Promise<SpanReceiver> {
  const received: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void text(request).then(
      (body) => {
        received.push(...toSpans(body));
        response.setHeader('content-type', 'application/json').end('{}');
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new CliError(`Traces cannot be received on port ${port}: ${error.message}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    spans: () => received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What is no batch of spans is none of ours. */
function toSpans(body: string): ReceivedSpan[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [];
  }
  const parsed = requestSchema.safeParse(json);
  if (!parsed.success) return [];
  return parsed.data.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId === undefined || span.parentSpanId === '' ? null : span.parentSpanId,
        service: String(resource.attributes['service.name'] ?? '?'),
        name: span.name,
        startMs: Number(span.startTimeUnixNano / 1_000n) / 1_000,
        durationMs: Number((span.endTimeUnixNano - span.startTimeUnixNano) / 1_000n) / 1_000,
        attributes: span.attributes,
      })),
    ),
  );
}
