/** The documents speak of files that exist, and their links lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, ROOT } from './workspace';

const documents = listFiles('*.md');

const NAMED_PATH = /`((?:apps|libs|tools|deploy|docs|e2e)\/[\w./@*-]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

const matches = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(pattern)].map((match) => match[1] ?? '');

describe('documents', () => {
  it('are found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'AGENTS.md', 'docs/architecture.md']));
  });

  it.each(documents)('%s names only paths that exist', (file) => {
    const missing = matches(file, NAMED_PATH).filter(
      (named) => !named.includes('*') && !existsSync(path.join(ROOT, named)),
    );
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s links only to what exists', (file) => {
    const missing = matches(file, LINK).filter((target) => {
      if (/^[a-z]+:/.test(target) || target.startsWith('#')) return false;
      return !existsSync(path.join(ROOT, path.dirname(file), target.replace(/#.*/, '')));
    });
    expect(missing).toEqual([]);
  });
});
