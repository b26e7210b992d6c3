/** Files of docs/ that come from the contracts: path from the root of the workspace → content. */
import { PROBLEM_CODES, PUBLIC_ROUTES } from '@bigdata/models';
import { API_VERSION } from './mount-pages';
import { createOpenApiDocument } from './openapi';
import { problemMarkdown } from './problem-pages';

export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/openapi.json', `${JSON.stringify(createOpenApiDocument(PUBLIC_ROUTES, API_VERSION), null, 2)}\n`],
    ...PROBLEM_CODES.map((code): [string, string] => [`docs/problems/${code}.md`, problemMarkdown(code)]),
  ]);
}
