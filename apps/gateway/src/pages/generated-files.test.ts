import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles } from './generated-files';

const ROOT = path.resolve(__dirname, '../../../..');

test('the generated docs are what the contracts say now; `npx nx run gateway:docs` writes them', () => {
  for (const [file, content] of generatedFiles()) {
    expect({ file, content: readFileSync(path.join(ROOT, file), 'utf8') }).toEqual({ file, content });
  }
});

test('no page is left of an error code that is gone', () => {
  const pages = readdirSync(path.join(ROOT, 'docs/problems')).map((name) => `docs/problems/${name}`);
  const generated = [...generatedFiles().keys()].filter((file) => file.startsWith('docs/problems/'));
  expect(pages.sort()).toEqual(generated.sort());
});
