import { PROBLEM_CODES, PROBLEMS, PUBLIC_ROUTES } from '@bigdata/models';
import { docsPage } from './docs-page';
import { escapeHtml } from './html';
import { isProblemCode, problemMarkdown, problemPage } from './problem-pages';

test.each(PROBLEM_CODES)('the page of %s says its status, what it means and what to do', (code) => {
  const { title, advice } = PROBLEMS[code];
  for (const text of [title, advice]) {
    expect(problemPage(code)).toContain(escapeHtml(text));
    expect(problemMarkdown(code)).toContain(text);
  }
  expect(problemPage(code)).toMatch(/HTTP status [45]\d\d/);
});

test('names of the language are no error codes', () => {
  expect(['toString', '__proto__', 'constructor', ''].filter(isProblemCode)).toEqual([]);
});

test('markup in a text stays text', () => {
  expect(escapeHtml(`<b a="1">&'`)).toBe('&lt;b a=&quot;1&quot;&gt;&amp;&#39;');
});

test('the page of all routes links every error and names every route', () => {
  const page = docsPage(PUBLIC_ROUTES);
  for (const code of PROBLEM_CODES) expect(page).toContain(`href="/problems/${code}"`);
  for (const { path } of PUBLIC_ROUTES) expect(page).toContain(escapeHtml(path));
});
