/**
 * A part of the work on one request, as the rest of the code sees it: passed on as an argument, never looked up. What is
 * not traced has NO_SPAN, whose methods do nothing, so that nobody asks whether tracing is on.
 *
 * Attributes are names, numbers and ids. Values of a query, rows and keys never become one.
 */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

export interface Span {
  /** 32 hexadecimal digits; null for what is not traced. */
  readonly traceId: string | null;
  /** The W3C header that makes the work of another process a part of this; null for what is not traced. */
  readonly traceparent: string | null;
  /** @param links what the part is also done for, beside this span: of a group of requests the others */
  child(name: string, kind?: SpanKind, links?: readonly Span[]): Span;
  /** A part that is over already; times are milliseconds of the monotonic clock. */
  record(name: string, fromMs: number, toMs: number): void;
  rename(name: string): void;
  set(attributes: Readonly<Record<string, string | number | boolean>>): void;
  /** The first time counts. @param failure the code of the error that ended it; null or left out when it went well */
  end(failure?: string | null): void;
}

export const NO_SPAN: Span = Object.freeze({
  traceId: null,
  traceparent: null,
  child: () => NO_SPAN,
  record: () => undefined,
  rename: () => undefined,
  set: () => undefined,
  end: () => undefined,
});

/** Runs a part of the work within a span of its own. */
export async function inSpan<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    const result = await work(span);
    span.end();
    return result;
  } catch (error) {
    span.end(failureOf(error));
    throw error;
  }
}

/** Our own code, or `internal`: texts of errors may quote what must not leave. */
export function failureOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'internal';
}
