// `npm start`: installs, builds, and runs the local stack on this terminal until Ctrl-C.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onParentGone } from './parents.mjs';
import {
  endSubProcesses,
  ensureInstalled,
  nodeProgram,
  packagesEnv,
  root,
  runCommand,
} from './workspace.mjs';

let supervisor = null;

/** Until the supervisor runs there is nothing to stop in order. */
function pass(signal) {
  if (supervisor) supervisor.kill(signal);
  else {
    endSubProcesses('SIGTERM');
    process.exit(128 + constants.signals[signal]);
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));
onParentGone(() => pass('SIGTERM'));

runCommand(async () => {
  await ensureInstalled();
  await ensureBuilt();
  // It watches this process as this one watches npm: a kill -9 anywhere in the chain ends what is below.
  const env = packagesEnv({ BIGDATA_WATCH_PARENT: '1' });
  const script = path.join(root, 'dist', 'stack', 'main.js');
  supervisor = spawn(nodeProgram(), [script, ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' });
  return new Promise((resolve) => {
    supervisor.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
});
