import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { workspaceRoot } from '../workspace';
import { type ProcessRegistry, type StopPolicy } from './child';
import { startTicks } from './process-identity';

export type Watchdog = ProcessRegistry & {
  pid: number;
  /** Closes the pipe; the watchdog ends what is still registered, then itself. */
  close(): Promise<void>;
};

/** Starts the watchdog of this process. Everything added is ended when this process is gone. */
export function startWatchdog(root: string = workspaceRoot()): Watchdog {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      path.join(root, 'tools/stack/src/process/watchdog.ts'),
    ],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {}, cwd: '/' },
  );
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  child.stdin?.on('error', () => undefined); // killed by hand: its owner still stops everything in order
  child.unref();
  const tell = (message: object) => child.stdin?.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid ?? 0,
    add: ({ name, pid, stop }: { name: string; pid: number; stop: StopPolicy }) => {
      tell({ add: { name, pid, startTicks: startTicks(pid), ...stop } });
    },
    remove: (pid) => {
      tell({ remove: pid });
    },
    close: async () => {
      child.ref();
      child.stdin?.end();
      await gone;
    },
  };
}
