import { PROBLEM_CODES, PROBLEMS, type RouteContract } from '@bigdata/models';
import { escapeHtml, htmlPage } from './html';
import { statusOfCode } from './problem-pages';

/** Every route and every error code, readable without tools. */
export function docsPage(contracts: readonly RouteContract[]): string {
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
  return htmlPage(
    'bigdata-api',
    `<h1>bigdata-api</h1>
<p>Send your key as <code>x-api-key</code> or as <code>Authorization: Bearer</code>. Shapes of every request and
answer are in <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<h2>Routes</h2>
${table(['Method', 'Path', 'Who', 'Credits', 'What'], routes)}
<h2>Errors</h2>
<p>Every error is a problem document (RFC 9457) whose <code>type</code> links to one of these pages.</p>
${table(['Status', 'Code', 'Meaning'], problems)}`,
  );
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return `<table><thead>${row(heads, 'th')}</thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function row(cells: readonly string[], tag: 'td' | 'th' = 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
}
