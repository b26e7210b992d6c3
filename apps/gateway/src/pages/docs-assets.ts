/** The files of Swagger UI: beside the bundle where the gateway is built, in its package where it runs from sources. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const PACKAGE = 'swagger-ui-dist';

/** Name in the address → media type. */
export const DOCS_ASSETS: ReadonlyMap<string, string> = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
]);

export function docsAssetsFolder(): string {
  const bundled = path.join(__dirname, PACKAGE);
  if (existsSync(bundled)) return bundled;
  return path.dirname(createRequire(__filename).resolve(`${PACKAGE}/package.json`));
}
