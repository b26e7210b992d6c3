// `npm run bench -- <name> [--rows N] [--json]`: installs, builds, and runs one benchmark on this terminal.
import { constants } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onParentGone } from './parents.mjs';
import { endSubProcesses, ensureInstalled, openly, root, runCommand } from './workspace.mjs';

function interrupt(signal) {
  endSubProcesses('SIGTERM');
  process.exit(128 + constants.signals[signal]);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt(signal));
onParentGone(() => interrupt('SIGTERM'));

runCommand(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return openly('node', [path.join(root, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)]);
});
