/** The internal port of every service: alive, ready, metrics. */
import express, { type Express, type Response } from 'express';
import { type Health } from '../health';
import { type Metrics } from '../metrics';

export function createInternalApp(health: Health, metrics: Metrics): Express {
  const app = express();
  app.disable('x-powered-by');
  mountHealth(app, health);
  app.get('/metrics', async (_request, response) => {
    response.set('Content-Type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return app;
}

/** Adds /livez and /readyz, which a public door may show too. */
export function mountHealth(app: Express, health: Health): void {
  const write = (response: Response, status: number, body: unknown): void =>
    void response.status(status).set('Cache-Control', 'no-store').json(body);
  app.get('/livez', (_request, response) => write(response, 200, { status: 'alive' }));
  app.get('/readyz', async (_request, response) => {
    const { ready, checks } = await health.readiness();
    if (!ready) response.set('Retry-After', '1');
    write(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', checks });
  });
}
