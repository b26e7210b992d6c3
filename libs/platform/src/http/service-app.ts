/**
 * The HTTP side of a service behind the gateway: contracts bound to handlers, mounted on Express. Every
 * request passes the same steps: request id → signed identity → access → validation → handler → answer.
 */
import { type IncomingMessage } from 'node:http';
import { AppError, type RouteAccess, type RouteContract } from '@bigdata/models';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type z } from 'zod';
import {
  type Caller,
  IDENTITY_HEADER,
  IDENTITY_USABLE_MS,
  type IdentityCodec,
  type VerifiedIdentity,
} from '../identity';
import { type Logger } from '../log/logger';
import { type Metrics } from '../metrics';
import { sendEvents, type ServerSentEvent } from './event-stream';
import { mountLiveness } from './internal-app';
import { NOT_MODIFIED } from './not-modified';
import { sendProblem, toAppError } from './problem';
import { REQUEST_ID_HEADER, requestIdFrom } from './request-id';
import { sendStreamed, StreamedAnswer } from './streamed-answer';
import { NO_SPAN, type Span } from '../trace/span';
import { type Tracing } from '../trace/tracing';
import { TRACE_HEADER } from './trace-header';
import { createUsedOnce } from './used-once';
import { parseInput } from './validation';

type BodyOf<B> = B extends z.ZodType ? z.output<B> : B extends 'stream' ? IncomingMessage : undefined;

export interface RouteRequest<C extends RouteContract> {
  readonly params: z.output<C['params']>;
  readonly query: z.output<C['query']>;
  readonly body: BodyOf<C['body']>;
  readonly caller: Caller;
  readonly requestId: string;
  /** Value of a request header, or undefined. */
  header(name: string): string | undefined;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  readonly log: Logger;
  /** What is done for the request is a part of it. */
  readonly span: Span;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
}

export interface RouteBinding {
  readonly contract: RouteContract;
  readonly handle: (request: RouteRequest<RouteContract>) => Promise<unknown>;
}

/**
 * Ties a handler to its contract; the types of the request and of the answer come from the contract. In place of the
 * contract's JSON a handler may give a stream, in one of the contract's other media types, or say that nothing changed.
 */
export function bindRoute<C extends RouteContract>(
  contract: C,
  handle: (request: RouteRequest<C>) => Promise<z.input<C['answer']> | StreamedAnswer | typeof NOT_MODIFIED>,
): RouteBinding {
  return { contract, handle: handle };
}

/**
 * Ties a handler to a contract whose `media` is `events`. What it throws before it gives the events is a problem as
 * ever; what the events throw cuts the connection, so that half a stream never looks whole.
 */
export function bindEvents<C extends RouteContract & { readonly media: 'events' }>(
  contract: C,
  handle: (request: RouteRequest<C>) => Promise<AsyncIterable<ServerSentEvent<z.input<C['answer']>>>>,
): RouteBinding {
  return { contract, handle: handle };
}

export interface ServiceAppOptions {
  readonly bindings: readonly RouteBinding[];
  readonly identity: IdentityCodec;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly bodyLimitBytes: number;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
}

export function createServiceApp(options: ServiceAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // Express holds `If-None-Match: *` for met by any answer; here a handler alone says NOT_MODIFIED.
  Object.defineProperty(app.request, 'fresh', { value: false });
  mountLiveness(app);
  app.use(trackRequest(options));
  const admit = createAdmission(options.identity, options.clockMs);
  const byPath = Map.groupBy(options.bindings, ({ contract }) => contract.path);
  // Compressed bodies are refused: a small one could unfold to anything, and a broken one would fail in zlib.
  const parseJson = express.json({
    limit: options.bodyLimitBytes,
    strict: false,
    inflate: false,
    type: isJson,
  });
  for (const [path, bindings] of byPath) {
    const mounted = path.replace(/\{(\w+)\}/g, ':$1');
    for (const binding of bindings) {
      const { contract } = binding;
      const verb = contract.method.toLowerCase() as Lowercase<RouteContract['method']>;
      const guard = (request: Request, response: Response, next: NextFunction): void => {
        response.locals['route'] = contract.path;
        const { caller, requestId } = admit(request, contract.access);
        response.locals['caller'] = caller;
        // What was signed counts, whatever the header says.
        response.locals['requestId'] = requestId;
        response.setHeader(REQUEST_ID_HEADER, requestId);
        response.locals['span'] = joinTrace(options.tracing, request, response, contract);
        if (contract.body !== null && contract.body !== 'stream') refuseOtherMediaTypes(request);
        next();
      };
      const run = (request: Request, response: Response): Promise<void> =>
        answer(binding, request, response, options);
      if (contract.body === null || contract.body === 'stream') app[verb](mounted, guard, run);
      else app[verb](mounted, guard, parseJson, run);
    }
    app.all(mounted, (_request, response) => {
      response.setHeader('Allow', bindings.map(({ contract }) => contract.method).join(', '));
      throw new AppError('method_not_allowed');
    });
  }
  app.use(() => {
    throw new AppError('not_found', { detail: 'There is no such route.' });
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const failure = fromBodyParser(error) ?? toAppError(error);
    response.locals['code'] = failure.code;
    if (failure.kind === 'internal') options.logger.error('request failed', { ...idsOf(response), error });
    else if (failure.kind === 'unavailable' || failure.kind === 'bad_gateway') {
      options.logger.warn('request failed', { ...idsOf(response), error });
    }
    sendProblem(response, failure, request.path, requestIdOf(response));
  });
  return app;
}

/** Only once the caller is known: nobody else's word on traces is taken. */
function joinTrace(tracing: Tracing, request: Request, response: Response, contract: RouteContract): Span {
  const name = `${contract.method} ${contract.path}`;
  const span = tracing.join(request.headers[TRACE_HEADER], name, 'server', startedMsOf(response));
  span.set({
    'http.request.method': contract.method,
    'http.route': contract.path,
    'bigdata.request_id': requestIdOf(response),
  });
  return span;
}

function spanOf(response: Response): Span {
  return (response.locals['span'] as Span | undefined) ?? NO_SPAN;
}

/** What joins the lines of a request, in every service. */
function idsOf(response: Response): Readonly<Record<string, string>> {
  const { traceId } = spanOf(response);
  return { request_id: requestIdOf(response), ...(traceId === null ? {} : { trace_id: traceId }) };
}

function startedMsOf(response: Response): number {
  return response.locals['startedMs'] as number;
}

function requestIdOf(response: Response): string {
  return response.locals['requestId'] as string;
}

function trackRequest({ logger, metrics, clockMs }: ServiceAppOptions) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = clockMs();
    const requestId = requestIdFrom(request.headers['x-request-id']);
    response.locals['requestId'] = requestId;
    response.locals['startedMs'] = startedMs;
    response.setHeader(REQUEST_ID_HEADER, requestId);
    response.once('close', () => {
      const elapsedMs = clockMs() - startedMs;
      const route = (response.locals['route'] as string | undefined) ?? 'unmatched';
      metrics.observeRequest(
        { method: request.method, route, status: response.statusCode },
        elapsedMs / 1_000,
      );
      const span = spanOf(response);
      const code = response.locals['code'] as string | undefined;
      span.set({ 'http.response.status_code': response.statusCode });
      span.end(response.statusCode >= 500 ? (code ?? 'internal') : null);
      logger.info('request', {
        ...idsOf(response),
        method: request.method,
        route,
        status: response.statusCode,
        code,
        elapsed_ms: Math.round(elapsedMs * 100) / 100,
        aborted: !response.writableFinished,
      });
    });
    next();
  };
}

type Admission = (request: Request, access: RouteAccess) => VerifiedIdentity;

/** Lets in whom a signature vouches for. A token that changes something is good once: overheard, it repeats nothing. */
function createAdmission(identity: IdentityCodec, clockMs: () => number): Admission {
  const isUnused = createUsedOnce({ keepMs: IDENTITY_USABLE_MS, clockMs });
  return (request, access) => {
    const { method, originalUrl: target } = request;
    const token = request.headers[IDENTITY_HEADER];
    const verified = typeof token === 'string' ? identity.verify(token, { method, target }) : null;
    const reads = method === 'GET' || method === 'HEAD';
    if (!verified || !(reads || isUnused(verified.nonce))) {
      throw new AppError('invalid_api_key', { detail: 'The call carries no valid service identity.' });
    }
    const { caller } = verified;
    const allowed =
      access === 'service'
        ? caller.kind === 'service'
        : caller.kind === 'user' && (access === 'user' || caller.role === 'admin');
    if (!allowed) throw new AppError('forbidden');
    return verified;
  };
}

async function answer(
  { contract, handle }: RouteBinding,
  request: Request,
  response: Response,
  { logger, clockMs }: ServiceAppOptions,
): Promise<void> {
  const requestId = requestIdOf(response);
  const aborted = new AbortController();
  response.once('close', () => aborted.abort());
  const body =
    contract.body === null
      ? undefined
      : contract.body === 'stream'
        ? request
        : parseInput(contract.body, (request.body as unknown) ?? {});
  const result = await handle({
    params: parseInput(contract.params, request.params, ['path']),
    query: parseInput(contract.query, request.query, ['query']),
    body: body,
    caller: response.locals['caller'] as Caller,
    requestId,
    header: (name) => request.get(name),
    setHeader: (name, value) => void response.setHeader(name, value),
    log: logger.child(idsOf(response)),
    span: spanOf(response),
    signal: aborted.signal,
  });
  const elapsedMs = clockMs() - startedMsOf(response);
  response.setHeader('Server-Timing', `${contract.service};dur=${elapsedMs.toFixed(2)}`);
  if (result === NOT_MODIFIED) {
    response.status(304).end();
    return;
  }
  response.status(contract.status);
  if (result instanceof StreamedAnswer) {
    return sendStreamed(response, result, { signal: aborted.signal, headOnly: request.method === 'HEAD' });
  }
  if (contract.media === 'events') {
    const events = checked(contract, result as AsyncIterable<ServerSentEvent<unknown>>);
    return sendEvents(response, request.method === 'HEAD' ? none() : events, { signal: aborted.signal });
  }
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'private, no-store');
  response.json(contract.answer.parse(result));
}

async function* checked(
  contract: RouteContract,
  events: AsyncIterable<ServerSentEvent<unknown>>,
): AsyncGenerator<ServerSentEvent<unknown>> {
  for await (const { event, data } of events) yield { event, data: contract.answer.parse(data) };
}

async function* none(): AsyncGenerator<never> {
  // The head alone was asked for.
}

function isJson(request: IncomingMessage): boolean {
  const type = request.headers['content-type'] ?? '';
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type);
}

function refuseOtherMediaTypes(request: Request): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !isJson(request)) {
    throw new AppError('unsupported_media_type', { detail: 'The body must be application/json.' });
  }
}

/** body-parser's errors carry a `type`; anything else is not its own. */
function fromBodyParser(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('type' in error)) return null;
  switch (error.type) {
    case 'entity.parse.failed':
      return new AppError('malformed_json', { detail: 'The body is not valid JSON.' });
    case 'entity.too.large':
      return new AppError('payload_too_large', { detail: 'The body is too large.' });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AppError('unsupported_media_type', { detail: 'The encoding of the body is not supported.' });
    case 'request.aborted':
    case 'request.size.invalid':
    case 'stream.encoding.set':
      return new AppError('malformed_json', { detail: 'The body did not arrive whole.' });
    default:
      return null;
  }
}
