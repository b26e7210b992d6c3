// Bundles one project into dist/<name>: every file of its `bundle` entry list in package.json becomes one
// self-contained script that plain `node` runs. Native packages stay outside and are named there too; `assets` are
// files of packages, such as `swagger-ui-dist/swagger-ui.css`, that are laid beside the scripts under the same names.
import { build } from 'esbuild';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const projectRoot = process.argv[2];
if (!projectRoot) throw new Error('usage: node tools/setup/bundle.mjs <project folder>');

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
const { entries = ['src/main.ts'], external = [], assets = [] } = manifest.bundle ?? {};
const outdir = path.join('dist', manifest.name.replace('@bigdata/', ''));

// Packages of others would take these if they were there. They come with tools of development alone, and a bundle has to
// be the same with and without those.
const OPTIONAL = ['pg-native', 'supports-color'];

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: entries.map((entry) => path.join(projectRoot, entry)),
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
  // One comment beyond Latin-1 makes V8 keep two bytes for each character of the script. Licences lie in files beside it.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  keepNames: true,
  external: [...OPTIONAL, ...external],
  logLevel: 'warning',
});
const { resolve } = createRequire(path.resolve(projectRoot, 'package.json'));
for (const asset of assets) cpSync(resolve(asset), path.join(outdir, asset));
writeFileSync(
  path.join(outdir, 'package.json'),
  `${JSON.stringify({ name: manifest.name, version: manifest.version, private: true, type: 'commonjs' }, null, 2)}\n`,
);
