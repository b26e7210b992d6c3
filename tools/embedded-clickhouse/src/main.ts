import fs from 'node:fs';
import { parseServerArgs, USAGE, UsageError, type ServerConfig } from './args';
import { DirectoryLockedError, lockDirectory } from './directory-lock';
import { startServer } from './server';
import { setThreadPoolSize } from './thread-pool';

const EXIT = { stopped: 0, failed: 1, usage: 2, locked: 3 };

async function main(): Promise<void> {
  const config = parseServerArgs(process.argv.slice(2), process.env, (file) => fs.readFileSync(file, 'utf8'));
  setThreadPoolSize(process.env, config.sessions);
  const unlock = lockDirectory(config.directory);
  try {
    await serve(config);
  } finally {
    unlock();
  }
}

/** Resolves when a signal has stopped the server. */
async function serve(config: ServerConfig): Promise<void> {
  const server = await startServer(config, log);
  const stopped = new Promise<void>((resolve, reject) => {
    let isStopping = false;
    const onSignal = (signal: string) => {
      if (isStopping) return;
      isStopping = true;
      log(`${signal}: stopping`);
      server.stop().then(resolve, reject);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  process.stdout.write(`${JSON.stringify({ event: 'listening', url: server.url, pid: process.pid })}\n`);
  await stopped;
}

function log(line: string): void {
  process.stderr.write(`embedded-clickhouse: ${line}\n`);
}

function exitCode(cause: unknown): number {
  if (cause instanceof UsageError) return EXIT.usage;
  return cause instanceof DirectoryLockedError ? EXIT.locked : EXIT.failed;
}

main().then(
  () => process.exit(EXIT.stopped),
  (cause: unknown) => {
    log(cause instanceof Error ? cause.message : String(cause));
    if (cause instanceof UsageError) log(USAGE);
    process.exit(exitCode(cause));
  },
);
