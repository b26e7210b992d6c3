/** The description that users generate clients from keeps the strict rules of a linter that is not ours. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './workspace';

it('docs/openapi.json has nothing that Redocly finds fault with', () => {
  const script = path.join(ROOT, 'tools/checks/src/lint-openapi.mjs');
  const found = execFileSync(process.execPath, [script, path.join(ROOT, 'docs/openapi.json')]);
  expect(JSON.parse(found.toString())).toEqual([]);
});
