/** Typed calls from one service to another: the contract gives path, shapes and errors. */
import { AppError, type RouteContract } from '@bigdata/models';
import { errors, Pool } from 'undici';
import { type z } from 'zod';
import { type Caller, IDENTITY_HEADER, type IdentityCodec } from '../identity';
import { fromProblemDocument } from './problem';
import { inSpan, NO_SPAN, type Span } from '../trace/span';
import { REQUEST_ID_HEADER } from './request-id';
import { TRACE_HEADER } from './trace-header';

export interface ServiceCall<C extends RouteContract> {
  readonly params?: z.input<C['params']>;
  readonly body?: C['body'] extends z.ZodType ? z.input<C['body']> : never;
  readonly requestId: string;
  readonly signal?: AbortSignal;
  /** What the call is a part of; left out: of nothing that is traced. */
  readonly span?: Span;
  /** What it is also made for: of a group of requests the others. */
  readonly links?: readonly Span[];
}

export interface ServiceClient {
  /**
   * @throws AppError of the other side's problem, `unavailable` when it cannot be reached or does not answer in
   * time, `upstream_failed` when its answer is not what the contract says
   */
  call<C extends RouteContract>(contract: C, call: ServiceCall<C>): Promise<z.output<C['answer']>>;
  /** Resolves when the other side says that it is alive. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceClientOptions {
  readonly baseUrl: URL;
  readonly identity: IdentityCodec;
  readonly caller: Caller;
  readonly timeoutMs: number;
  readonly connections?: number;
}

export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const { baseUrl, identity, caller, timeoutMs } = options;
  const pool = new Pool(baseUrl.origin, {
    connections: options.connections ?? 16,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: Math.min(timeoutMs, 3_000),
  });

  const send = async (
    method: RouteContract['method'],
    path: string,
    requestId: string,
    body: unknown,
    signal: AbortSignal | undefined,
    { traceparent }: Span,
  ): Promise<{ status: number; body: unknown }> => {
    try {
      const response = await pool.request({
        method,
        path,
        headers: {
          [IDENTITY_HEADER]: identity.sign({ caller, requestId }, { method, target: path }),
          [REQUEST_ID_HEADER]: requestId,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(traceparent === null ? {} : { [TRACE_HEADER]: traceparent }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
      return { status: response.statusCode, body: await response.body.json() };
    } catch (error) {
      throw toUnavailable(error, path);
    }
  };

  return {
    call(contract, { params, body, requestId, signal, span: parent = NO_SPAN, links = [] }) {
      const path = contract.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
        encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name])),
      );
      return inSpan(parent.child(`${contract.method} ${contract.path}`, 'client', links), async (span) => {
        const answer = await send(contract.method, path, requestId, body, signal, span);
        if (answer.status !== contract.status) {
          throw fromProblemDocument(answer.body) ?? unexpected(contract, answer.status);
        }
        const parsed = contract.answer.safeParse(answer.body);
        if (!parsed.success) throw unexpected(contract, answer.status);
        return parsed.data as z.output<(typeof contract)['answer']>;
      });
    },
    async ping() {
      const { status } = await send('GET', '/livez', 'health', undefined, undefined, NO_SPAN);
      if (status !== 200) throw new AppError('unavailable', { context: { status } });
    },
    close: () => pool.close(),
  };
}

function unexpected(contract: RouteContract, status: number): AppError {
  return new AppError('upstream_failed', { context: { route: contract.id, status } });
}

function toUnavailable(error: unknown, path: string): AppError {
  if (error instanceof SyntaxError)
    return new AppError('upstream_failed', { context: { path }, cause: error });
  const timedOut = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return new AppError('unavailable', { context: { path, timedOut }, cause: error });
}
