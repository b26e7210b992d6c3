/**
 * In place of query-service, which cannot be told to fail: answers each query as the query itself asks. It checks the
 * signed identity as ADR 0003 describes it, with none of our code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type QueryPlan } from './requests';

export interface QueryStandIn {
  readonly url: string;
  /** Calls that came without an identity that was signed for just them. */
  readonly refused: () => number;
  close(): Promise<void>;
}

const USABLE_MS = 35_000;

export async function startQueryStandIn(identitySecret: string): Promise<QueryStandIn> {
  let refused = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/livez') {
      response.end('{}');
    } else if (!isSigned(request, identitySecret)) {
      refused += 1;
      response.writeHead(401).end();
    } else {
      const body = await readBody(request);
      if (body !== null) await carryOut(JSON.parse(body) as QueryPlan, response);
    }
  };
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function isSigned({ method, url, headers }: IncomingMessage, secret: string): boolean {
  const [version, payload = '', signature = ''] = String(headers['x-bigdata-identity']).split('.');
  const expected = createHmac('sha256', secret).update(`v2.${payload}\n${method} ${url}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (version !== 'v2' || given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const { caller, requestId, issuedAtMs } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    caller: { kind: string };
    requestId: string;
    issuedAtMs: number;
  };
  const fresh = Math.abs(Date.now() - issuedAtMs) < USABLE_MS;
  return fresh && caller.kind === 'user' && requestId === headers['x-request-id'];
}

/** Null for one that did not arrive whole. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => request.once('end', resolve).once('close', resolve));
  return request.complete ? Buffer.concat(chunks).toString() : null;
}

async function carryOut({ answer, rows, delay_ms }: QueryPlan, response: ServerResponse): Promise<void> {
  if (answer === 'silence') return;
  if (delay_ms > 0) await delay(delay_ms);
  if (response.destroyed) return;
  const rowsHeader = { 'x-bigdata-rows': String(rows) };
  switch (answer) {
    case 'page':
      response.writeHead(200, { 'content-type': 'application/json', ...rowsHeader });
      response.end(JSON.stringify({ data: Array.from({ length: rows }, (_, row) => ({ row })) }));
      return;
    case 'stream':
      response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'x-bigdata-rows' });
      for (let row = 0; row < rows; row += 1) response.write(`{"row":${row}}\n`);
      response.addTrailers(rowsHeader);
      response.end();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', ...rowsHeader });
      response.write('{"data":[', () => response.destroy());
      return;
    case 'hang_up':
      response.destroy();
      return;
    case 'crash':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>no problem document</h1>');
      return;
    case 'invalid':
      problem(response, 422, 'invalid_request');
      return;
    case 'malformed':
      problem(response, 400, 'invalid_cursor');
      return;
    case 'internal':
      problem(response, 500, 'internal');
      return;
    case 'busy':
      problem(response, 503, 'unavailable');
      return;
  }
}

function problem(response: ServerResponse, status: number, code: string): void {
  const body = {
    type: `/problems/${code}`,
    title: code,
    status,
    detail: 'as it was asked for',
    instance: '/v1/query',
    code,
    request_id: 'none',
    retryable: status >= 500,
  };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
}
