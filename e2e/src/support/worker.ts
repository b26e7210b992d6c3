/** Another ingest worker beside the one of a stack, as another host would run it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, freePort } from '@bigdata/testing';
import { ROOT } from './cli';
import { environmentOf } from './environment';
import { readStackFile, serviceOf } from './stack-file';

export interface ExtraWorker {
  readonly logFile: string;
  /** Resolves when the worker is ready. */
  start(): Promise<void>;
  /** Resolves when a worker that ends of the signal has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const SURVIVED = new Set<NodeJS.Signals>(['SIGSTOP', 'SIGCONT']);

/** Does not start it yet. @param env settings as the stack's own worker has them */
export function createExtraWorker(home: string, env: Readonly<Record<string, string>>): ExtraWorker {
  const logFile = path.join(home, 'logs', 'extra-worker.log');
  let child: ChildProcess | undefined;
  // Should the run of the tests end before it is killed, it must not stay behind.
  process.on('exit', () => child?.kill('SIGKILL'));

  return {
    logFile,
    async start() {
      const internalPort = await freePort();
      const log = openSync(logFile, 'a');
      child = spawn(process.execPath, [path.join(ROOT, 'dist/ingest-worker/main.js')], {
        env: { ...environmentOf(home), ...settingsOf(home), ...env, INTERNAL_PORT: String(internalPort) },
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      await eventually(
        async () => {
          const { status } = await fetch(`http://127.0.0.1:${internalPort}/readyz`);
          if (status !== 200) throw new Error(`the extra worker is not ready: ${status}`);
        },
        { timeoutMs: 60_000, intervalMs: 100 },
      );
    },
    async kill(signal) {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      if (!SURVIVED.has(signal)) await exited;
    },
  };
}

function settingsOf(home: string): Record<string, string> {
  const { CLICKHOUSE_URL, CLICKHOUSE_DATABASE, REDIS_URL } = readStackFile(home);
  const secrets = JSON.parse(readFileSync(path.join(home, 'secrets.json'), 'utf8')) as Record<string, string>;
  return {
    NODE_ENV: 'production',
    LOG_FORMAT: 'json',
    CLICKHOUSE_URL,
    CLICKHOUSE_DATABASE,
    REDIS_URL,
    ADMIN_SERVICE_URL: serviceOf(home, 'admin-service').url,
    SERVICE_IDENTITY_SECRET: secrets['service_identity_secret']!,
    INBOX_DIR: path.join(home, 'inbox'),
    INGEST_FILE_ROOTS: path.join(home, 'files'),
  };
}

export interface LoggedPiece {
  readonly job_id: string;
  readonly piece: string;
  readonly range?: number;
  readonly outcome: string;
}

/** The pieces of work that a worker has written about in its log. */
export function piecesOf(logFile: string): LoggedPiece[] {
  if (!existsSync(logFile)) return [];
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"ingest piece"'))
    .map((line) => JSON.parse(line) as LoggedPiece);
}
