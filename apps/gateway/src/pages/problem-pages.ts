/** What the `type` of a problem document links to, as a page and as a file of the docs, from one table. */
import { AppError, type ProblemCode, PROBLEMS } from '@bigdata/models';
import { statusOf } from '@bigdata/platform';
import { escapeHtml, htmlPage } from './html';

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

export function problemPage(code: ProblemCode): string {
  const { title, advice } = PROBLEMS[code];
  return htmlPage(
    `${code}: ${title}`,
    `<h1><code>${code}</code></h1>
<p><strong>${escapeHtml(title)}</strong> (HTTP status ${statusOfCode(code)})</p>
<h2>What to do</h2>
<p>${escapeHtml(advice)}</p>
<h2>Trying again</h2>
<p>${escapeHtml(retryText(code))}</p>
<p><a href="/docs">All routes</a></p>`,
  );
}

export function problemMarkdown(code: ProblemCode): string {
  const { title, advice } = PROBLEMS[code];
  return `# ${code}

${title}. HTTP status ${statusOfCode(code)}.

## What to do

${advice}

## Trying again

${retryText(code)}
`;
}

export function statusOfCode(code: ProblemCode): number {
  return statusOf(new AppError(code));
}

function retryText(code: ProblemCode): string {
  return PROBLEMS[code].retryable
    ? 'The same request can succeed later: the answer says "retryable": true.'
    : 'The same request fails the same way again: the answer says "retryable": false.';
}
