import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCli } from './program';

const root = path.resolve(__dirname, '..', '..');
const home = path.resolve(root, process.env['BIGDATA_HOME'] ?? '.bigdata');

// Whoever reads the output may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

runCli(
  process.argv.slice(2),
  {
    env: process.env,
    root,
    home,
    stderr: process.stderr,
    wait: (ms) => wait(ms),
  },
  { stdout: process.stdout, stderr: process.stderr },
).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `bigdata: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
