import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { sendError } from './answer';
import { type ServerConfig } from './args';
import { createAuthenticator } from './auth';
import { ClickHouseError } from './clickhouse-error';
import { openEngine } from './engine';
import { readIncomingQuery } from './incoming-query';
import { QueryRun, type QueryRunNeeds } from './query-run';
import { type QueryRequest } from './request';
import { RequestBody } from './request-body';
import { RunningQueries } from './running-queries';
import { SessionStore } from './session-store';

const SESSIONS_MAX = 1000;
const SWEEP_INTERVAL_MS = 1000;
/** What cancelled statements get to tell their clients so. */
const CANCEL_GRACE_MS = 1000;
const KEEP_ALIVE_MS = 30_000;
/** How far a result may run ahead of its client: with Node's 16 KiB every chunk of a pipe would wait for a drain. */
const STREAM_BUFFER_BYTES = 512 * 1024;
const URI_BYTES_MAX = 1 << 20;

/** A server that answers; `stop` lets running statements finish within the deadline, then cancels them. */
export type RunningServer = { readonly url: string; readonly stop: () => Promise<void> };

export async function startServer(config: ServerConfig, log: (line: string) => void): Promise<RunningServer> {
  const engine = await openEngine(config);
  const running = new RunningQueries(engine.control);
  const sessions = new SessionStore(() => engine.connect(true), Date.now, SESSIONS_MAX);
  const sweeper = setInterval(() => sessions.sweep(), SWEEP_INTERVAL_MS).unref();
  const checkCredentials = createAuthenticator(config.user, config.password);
  const needs: ServerNeeds = {
    engine,
    running,
    sessions,
    authenticate: ({ credentials }) => checkCredentials(credentials),
  };
  const server = http.createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      maxHeaderSize: URI_BYTES_MAX + 65_536,
      noDelay: true,
      highWaterMark: STREAM_BUFFER_BYTES,
    },
    (request, response) => {
      void answerRequest(needs, request, response, log);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  const stop = async () => {
    clearInterval(sweeper);
    const closed = new Promise((resolve) => server.close(resolve));
    engine.pool.refuse();
    server.closeIdleConnections();
    if (!(await running.waitForAll(config.stopDeadlineMs))) {
      log(`statements still run after ${config.stopDeadlineMs} ms: cancelling them`);
      await running.cancelAll();
      // A statement whose client does not read can only be ended by cutting that client off.
      if (!(await running.waitForAll(CANCEL_GRACE_MS))) server.closeAllConnections();
      if (!(await running.waitForAll(config.stopDeadlineMs)))
        throw new Error('statements cannot be stopped: leaving without closing the engine');
    }
    server.closeAllConnections();
    await closed;
    sessions.close();
    engine.control.close();
    engine.pool.close();
  };
  return { url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`, stop };
}

type ServerNeeds = QueryRunNeeds & { readonly authenticate: (request: QueryRequest) => void };

async function answerRequest(
  needs: ServerNeeds,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  try {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const parameters = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    if (path === '/ping' || path === '/replicas_status') return sendText(response, 200, 'Ok.\n');
    if (path !== '/' && path !== '') return sendText(response, 404, notFound(url));
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && !parameters.has('query') && parameters.size === 0) return sendText(response, 200, 'Ok.\n');
    if (request.method === 'OPTIONS') return sendText(response, 204, '');
    if (!isRead && request.method !== 'POST')
      return sendText(response, 501, `${request.method ?? ''} is not supported\n`);
    await answerQuery(needs, request, response, parameters);
  } catch (cause) {
    if (response.headersSent) {
      log(`an answer broke off: ${cause instanceof Error ? cause.message : String(cause)}`);
      response.destroy();
      return;
    }
    sendError(response, ClickHouseError.from(cause), needs.engine.version);
  }
}

async function answerQuery(
  needs: ServerNeeds,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  parameters: URLSearchParams,
): Promise<void> {
  const body = new RequestBody(request);
  try {
    const incoming = await readIncomingQuery(request, parameters, body, needs.authenticate);
    await new QueryRun(needs, request, response, incoming).run();
  } finally {
    body.discard();
  }
}

function sendText(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function notFound(url: string): string {
  return `There is no handle ${url}\n\nUse / or /ping for health checks.\nOr /replicas_status for more sophisticated health checks.\n\nSend queries from your program with POST method or GET /?query=...\n`;
}
