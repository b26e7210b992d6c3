/** A service beside those of a stack, as another host would run it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { eventually, freePort } from '@bigdata/testing';
import { ROOT } from './cli';
import { environmentOf } from './environment';

export interface ExtraProcess {
  readonly logFile: string;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  /** Resolves when a process that ends of the signal has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ExtraProcessOptions {
  /** BIGDATA_HOME of the stack. */
  readonly home: string;
  /** Of the service, as in `dist`. */
  readonly service: string;
  /** Of its log. */
  readonly name: string;
  /** Where it was built; default: `dist`. */
  readonly folder?: string | undefined;
  /** Settings; asked anew at each start. */
  readonly env: () => Readonly<Record<string, string>>;
}

const SURVIVED = new Set<NodeJS.Signals>(['SIGSTOP', 'SIGCONT']);

/** Does not start it yet. */
export function createExtraProcess({ home, service, name, folder, env }: ExtraProcessOptions): ExtraProcess {
  const logFile = path.join(home, 'logs', `${name}.log`);
  let child: ChildProcess | undefined;
  // Should the run of the tests end before it is killed, it must not stay behind.
  process.on('exit', () => child?.kill('SIGKILL'));

  return {
    logFile,
    async start() {
      const internalPort = await freePort();
      const log = openSync(logFile, 'a');
      child = spawn(process.execPath, [path.join(folder ?? path.join(ROOT, 'dist', service), 'main.js')], {
        env: { ...environmentOf(home), ...env(), INTERNAL_PORT: String(internalPort) },
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      await eventually(
        async () => {
          const { status } = await fetch(`http://127.0.0.1:${internalPort}/readyz`);
          if (status !== 200) throw new Error(`${name} is not ready: ${status}`);
        },
        { timeoutMs: 120_000, intervalMs: 100 },
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
