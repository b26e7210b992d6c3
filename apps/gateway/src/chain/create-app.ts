/** Express: pages and health by its routes, everything else through the chain. */
import { AppError } from '@bigdata/models';
import { type Health, mountHealth, sendProblem, toAppError } from '@bigdata/platform';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type Exchange, openExchange } from './exchange';
import { runChain, type Step } from './run-chain';

export interface AppOptions {
  readonly chain: readonly Step[];
  readonly health: Health;
  readonly cors: (request: Request, response: Response, next: NextFunction) => void;
  readonly mountPages: (app: Express) => void;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
}

export function createApp({ chain, health, cors, mountPages, clockMs }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.locals['exchange'] = openExchange(request, response, clockMs);
    next();
  });
  app.use(cors);
  mountHealth(app, health);
  mountPages(app);
  app.use(async (_request: Request, response: Response) => {
    await runChain(chain, exchangeOf(response));
  });
  // Express knows an error handler by its four parameters. The chain answers its own errors.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const { path, requestId } = exchangeOf(response);
    sendProblem(
      response,
      error instanceof URIError ? new AppError('not_found') : toAppError(error),
      path,
      requestId,
    );
  });
  return app;
}

function exchangeOf(response: Response): Exchange {
  return response.locals['exchange'] as Exchange;
}
