// Builds what has changed: nx decides by content, and is not even asked (it takes seconds to start) when no
// source is newer than the last build.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { quietly, root } from './workspace.mjs';

const SOURCES = ['apps', 'libs', 'tools', 'package-lock.json', 'nx.json', 'tsconfig.base.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', '.nx']);
const STAMP = path.join(root, 'dist', '.built-at');

export async function ensureBuilt() {
  if (isBuilt()) return;
  const startedAt = new Date();
  await quietly('Building', 'nx', ['run-many', '-t', 'build', '--parallel=2', '--output-style=static']);
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt); // a file edited during the build counts as newer
}

function isBuilt() {
  if (!existsSync(STAMP) || !projectsWithBuild().every((name) => existsSync(path.join(root, 'dist', name)))) {
    return false;
  }
  const builtAt = statSync(STAMP).mtimeMs;
  return SOURCES.every((source) => !hasNewer(path.join(root, source), builtAt));
}

function projectsWithBuild() {
  return ['apps', 'tools'].flatMap((group) =>
    readdirSync(path.join(root, group)).filter((name) => {
      const manifest = path.join(root, group, name, 'package.json');
      return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).nx?.targets?.build;
    }),
  );
}

/** A folder's own time changes when a file in it comes, goes or is renamed. */
function hasNewer(target, thanMs) {
  const found = statSync(target);
  if (found.mtimeMs > thanMs) return true;
  if (!found.isDirectory()) return false;
  return readdirSync(target).some(
    (name) => !NOT_SOURCES.has(name) && hasNewer(path.join(target, name), thanMs),
  );
}
