/** What anyone may read without a key: the API description, the pages about routes and errors. */
import { AppError, type RouteContract } from '@bigdata/models';
import { type Express, type Response } from 'express';
import { docsPage } from './docs-page';
import { PAGE_POLICY } from './html';
import { createOpenApiDocument } from './openapi';
import { isProblemCode, problemPage } from './problem-pages';

/** Pages change with a release only. */
const CACHE_CONTROL = 'public, max-age=300';
export const API_VERSION = '1.0.0';

export function mountPages(app: Express, contracts: readonly RouteContract[]): void {
  const description = JSON.stringify(createOpenApiDocument(contracts, API_VERSION));
  const docs = docsPage(contracts);
  app.get('/', (_request, response) => {
    response.json({ name: 'bigdata-api', docs: '/docs', openapi: '/openapi.json' });
  });
  app.get('/openapi.json', (_request, response) => {
    response.set('Cache-Control', CACHE_CONTROL).type('application/json').send(description);
  });
  app.get('/docs', (_request, response) => sendPage(response, docs));
  app.get('/problems/:code', (request, response) => {
    const { code } = request.params;
    if (!isProblemCode(code)) throw new AppError('not_found', { detail: 'There is no such error code.' });
    sendPage(response, problemPage(code));
  });
}

function sendPage(response: Response, html: string): void {
  response
    .set({ 'Cache-Control': CACHE_CONTROL, 'Content-Security-Policy': PAGE_POLICY })
    .type('text/html')
    .send(html);
}
