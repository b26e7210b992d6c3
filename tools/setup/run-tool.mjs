// Installs, builds, and runs one built tool on this terminal with the arguments of the command.
import { constants } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onParentGone } from './parents.mjs';
import { endSubProcesses, ensureInstalled, openly, root, runCommand } from './workspace.mjs';

/** @param script below dist */
export function runTool(script) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt(signal));
  onParentGone(() => interrupt('SIGTERM'));
  runCommand(async () => {
    await ensureInstalled();
    await ensureBuilt();
    return openly('node', [path.join(root, 'dist', script), ...process.argv.slice(2)]);
  });
}

function interrupt(signal) {
  endSubProcesses('SIGTERM');
  process.exit(128 + constants.signals[signal]);
}
