import { PROBLEM_CODES, PROBLEMS, type RouteContract } from '@bigdata/models';
import { escapeHtml, htmlPage } from './html';
import { statusOfCode } from './problem-pages';

/** Where the scripts and styles of the page are answered. */
export const DOCS_ASSETS_PATH = '/docs/assets';

/**
 * Swagger UI: its scripts from here alone, no `eval`; it writes styles into elements, and images as data: into styles.
 * Requests that a reader tries go to this very gateway.
 */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A key that a reader enters stays in the page: it is not kept in the browser, and no other host is asked. */
export const DOCS_SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** The description in Swagger UI, where a request can be tried with a key; without scripts, every route and code. */
export function docsPage(contracts: readonly RouteContract[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>bigdata-api</title><link rel="stylesheet" href="${DOCS_ASSETS_PATH}/swagger-ui.css"></head><body>
<div id="api"></div>
<script src="${DOCS_ASSETS_PATH}/swagger-ui-bundle.js"></script>
<script src="${DOCS_ASSETS_PATH}/start.js"></script>
<noscript>${overview(contracts)}</noscript>
</body></html>
`;
}

/** Every route and every error code, readable without tools. */
export function overviewPage(contracts: readonly RouteContract[]): string {
  return htmlPage('bigdata-api', overview(contracts));
}

function overview(contracts: readonly RouteContract[]): string {
  const routes = contracts.map(({ method, path, access, metered, summary }) =>
    row([
      `<code>${method}</code>`,
      `<code>${escapeHtml(path)}</code>`,
      access,
      metered ? 'metered' : 'free',
      escapeHtml(summary),
    ]),
  );
  const problems = PROBLEM_CODES.map((code) =>
    row([
      String(statusOfCode(code)),
      `<a href="/problems/${code}"><code>${code}</code></a>`,
      escapeHtml(PROBLEMS[code].title),
    ]),
  );
  return `<h1>bigdata-api</h1>
<p>Send your key as <code>x-api-key</code> or as <code>Authorization: Bearer</code>. Shapes of every request and
answer are in <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<h2>Routes</h2>
${table(['Method', 'Path', 'Who', 'Credits', 'What'], routes)}
<h2>Errors</h2>
<p>Every error is a problem document (RFC 9457) whose <code>type</code> links to one of these pages.</p>
${table(['Status', 'Code', 'Meaning'], problems)}`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return `<table><thead>${row(heads, 'th')}</thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function row(cells: readonly string[], tag: 'td' | 'th' = 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
}
