/** What anyone may read without a key: the API description, the pages about routes and errors. */
import { AppError, type RouteContract } from '@bigdata/models';
import { type Express, type Response } from 'express';
import { DOCS_ASSETS, docsAssetsFolder } from './docs-assets';
import { DOCS_ASSETS_PATH, DOCS_POLICY, DOCS_SCRIPT, docsPage, overviewPage } from './docs-page';
import { PAGE_POLICY } from './html';
import { createOpenApiDocument } from './openapi';
import { isProblemCode, problemPage } from './problem-pages';

/** Pages change with a release only. */
const CACHE_CONTROL = 'public, max-age=300';
export const API_VERSION = '1.0.0';

export function mountPages(app: Express, contracts: readonly RouteContract[]): void {
  const description = JSON.stringify(createOpenApiDocument(contracts, API_VERSION));
  const docs = docsPage(contracts);
  const overview = overviewPage(contracts);
  const assets = docsAssetsFolder();
  app.get('/', (_request, response) => {
    response.json({ name: 'bigdata-api', docs: '/docs', openapi: '/openapi.json' });
  });
  app.get('/openapi.json', (_request, response) => {
    response.set('Cache-Control', CACHE_CONTROL).type('application/json').send(description);
  });
  app.get('/docs', (_request, response) => sendPage(response, docs, DOCS_POLICY));
  app.get('/docs/overview', (_request, response) => sendPage(response, overview));
  app.get(`${DOCS_ASSETS_PATH}/start.js`, (_request, response) => {
    response.set('Cache-Control', CACHE_CONTROL).type('text/javascript').send(DOCS_SCRIPT);
  });
  app.get(`${DOCS_ASSETS_PATH}/:name`, (request, response, next) => {
    const { name } = request.params;
    const type = DOCS_ASSETS.get(name);
    if (type === undefined) throw new AppError('not_found');
    const headers = { 'Cache-Control': CACHE_CONTROL, 'Content-Type': type };
    response.sendFile(name, { root: assets, headers, cacheControl: false }, (error?: Error) => {
      // A reader that leaves while a file is on its way is no error of ours.
      if (error && !response.headersSent) next(error);
    });
  });
  app.get('/problems/:code', (request, response) => {
    const { code } = request.params;
    if (!isProblemCode(code)) throw new AppError('not_found', { detail: 'There is no such error code.' });
    sendPage(response, problemPage(code));
  });
}

function sendPage(response: Response, html: string, policy = PAGE_POLICY): void {
  response
    .set({ 'Cache-Control': CACHE_CONTROL, 'Content-Security-Policy': policy })
    .type('text/html')
    .send(html);
}
