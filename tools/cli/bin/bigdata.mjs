#!/usr/bin/env node
// Starts the bundled CLI on the project's own Node, and bundles it first when that has not happened yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const pinnedNode = path.join(root, 'node_modules', '.bin', 'node');
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;
const bundle = path.join(root, 'dist', 'cli', 'main.js');

if (!existsSync(bundle)) {
  const built = spawnSync(node, ['tools/setup/bundle.mjs', 'tools/cli'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
// One process group with the terminal: Ctrl-C reaches the CLI itself, this launcher only waits for it.
process.on('SIGINT', () => undefined);
const run = spawnSync(node, [bundle, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
