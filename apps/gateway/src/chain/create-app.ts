/**
 * What the public port answers. The API goes straight through the chain; Express serves the pages and health, and hands
 * on to the chain what it does not know. Its router and the prototypes that it gives to request and response cost every
 * request more than all steps of the chain before the proxy together, and the API's routes are in a table of their own.
 */
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { AppError } from '@bigdata/models';
import { type Health, mountHealth, sendProblem, toAppError } from '@bigdata/platform';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type Cors } from '../door/cors';
import { type Exchange, exchangeOf, openExchange } from './exchange';
import { runChain, type Step } from './run-chain';

/** Every route of the API begins with it, and no page. */
const API_PREFIX = '/v1/';

export interface AppOptions {
  readonly chain: readonly Step[];
  readonly health: Health;
  readonly cors: Cors;
  readonly mountPages: (app: Express) => void;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
}

export function createApp({ chain, health, cors, mountPages, clockMs }: AppOptions): RequestListener {
  const pages = createPages(chain, health, mountPages);
  return (request: IncomingMessage, response: ServerResponse) => {
    const exchange = openExchange(request, response, clockMs);
    if (cors(request, response) === 'answered') return;
    if (!exchange.path.startsWith(API_PREFIX)) pages(request, response);
    else runChain(chain, exchange).catch((error: unknown) => fail(exchange, error));
  };
}

function createPages(
  chain: readonly Step[],
  health: Health,
  mountPages: (app: Express) => void,
): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  mountHealth(app, health);
  mountPages(app);
  app.use((_request: Request, response: Response) => runChain(chain, exchangeOf(response)));
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    fail(exchangeOf(response), error instanceof URIError ? new AppError('not_found') : error);
  });
  return app;
}

/** The chain answers its own errors: this is for pages, and for what goes wrong while it answers. */
function fail({ response, path, requestId }: Exchange, error: unknown): void {
  sendProblem(response, toAppError(error), path, requestId);
}
