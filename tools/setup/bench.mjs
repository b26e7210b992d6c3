// `npm run bench -- <name> [--rows N] [--json]`: installs, builds, and runs one benchmark on this terminal.
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onParentGone } from './parents.mjs';
import { endSubProcesses, ensureInstalled, nodeProgram, openly, root, runCommand } from './workspace.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endSubProcesses(signal));
onParentGone(() => endSubProcesses('SIGTERM'));

runCommand(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return openly(nodeProgram(), [path.join(root, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)]);
});
