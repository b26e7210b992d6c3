/** The internal port of every service: alive, ready, metrics. */
import express, { type Express, type Response } from 'express';
import { type Health } from '../health';
import { type Metrics } from '../metrics';

/** @param exposition text of /metrics */
export function createInternalApp(
  health: Health,
  metrics: Metrics,
  exposition = () => metrics.registry.metrics(),
): Express {
  const app = express();
  app.disable('x-powered-by');
  mountHealth(app, health);
  app.get('/metrics', async (_request, response) => {
    response.set('Content-Type', metrics.registry.contentType).send(await exposition());
  });
  return app;
}

/** Adds /livez and /readyz, which a public door may show too. */
export function mountHealth(app: Express, health: Health): void {
  mountLiveness(app);
  app.get('/readyz', async (_request, response) => {
    const { ready, checks } = await health.readiness();
    if (!ready) response.set('Retry-After', '1');
    write(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', checks });
  });
}

/** Adds /livez alone: what a service's callers ask on the port they call. */
export function mountLiveness(app: Express): void {
  app.get('/livez', (_request, response) => write(response, 200, { status: 'alive' }));
}

function write(response: Response, status: number, body: unknown): void {
  response.status(status).set('Cache-Control', 'no-store').json(body);
}
