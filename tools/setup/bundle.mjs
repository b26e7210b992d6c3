// Bundles one project into dist/<name>: every file of its `bundle` entry list in package.json becomes one
// self-contained script that plain `node` runs. Native packages stay outside and are named there too; `assets` are
// files of packages, such as `swagger-ui-dist/swagger-ui.css`, that are laid beside the scripts under the same names.
import { build } from 'esbuild';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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

// One character beyond Latin-1 makes V8 keep two bytes for each character of the script. esbuild escapes those of texts;
// in regular expressions, and in raw texts that these are made of, ours are escaped here, where they mean the same.
const asLatin1 = {
  name: 'latin-1',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes('node_modules')) return undefined;
      const escape = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
      const contents = (await readFile(file, 'utf8')).replace(/[^\0-\xff]/g, escape);
      return { contents, loader: 'ts' };
    });
  },
};

// Node decodes a script's map whole, and keeps it, when the first error's stack is asked for: 70 MB for one that tells of
// every package. Of a package it tells the folder alone.
const FOLDER_ALONE = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');
const withoutPackages = {
  name: 'maps-without-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path: file }) => ({
      contents: `${await readFile(file, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${FOLDER_ALONE}`,
      loader: 'js',
    }));
  },
};

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
  plugins: [asLatin1, withoutPackages],
  // Comments go, for the same reason. Licences lie in files beside the script.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  keepNames: true,
  external: [...OPTIONAL, ...external],
  logLevel: 'warning',
});
for (const file of readdirSync(outdir, { recursive: true }).filter((name) => name.endsWith('.js'))) {
  const wide = /[^\0-\xff]/.exec(readFileSync(path.join(outdir, file), 'utf8'));
  if (wide)
    throw new Error(`${file}: "${wide[0]}" at ${wide.index} doubles the script in memory; a package has it?`);
}
const { resolve } = createRequire(path.resolve(projectRoot, 'package.json'));
for (const asset of assets) cpSync(resolve(asset), path.join(outdir, asset));
writeFileSync(
  path.join(outdir, 'package.json'),
  `${JSON.stringify({ name: manifest.name, version: manifest.version, private: true, type: 'commonjs' }, null, 2)}\n`,
);
