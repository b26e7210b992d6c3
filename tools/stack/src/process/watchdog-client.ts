import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { workspaceRoot } from '../workspace';
import { type ProcessRegistry, type StopPolicy, killGroup } from './child';
import { startTicks } from './process-identity';

export type Watchdog = ProcessRegistry & {
  pid: number;
  /** The file is removed when this process is gone, before anything is ended. */
  removeAtEnd(file: string): void;
  /** Kills every registered process group at once. */
  killAll(): void;
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
  const registered = new Set<number>();
  let closed = false;
  const tell = (message: object) => child.stdin?.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid ?? 0,
    isClosed: () => closed,
    removeAtEnd: (file) => {
      tell({ removeAtEnd: file });
    },
    add: ({ name, pid, stop }: { name: string; pid: number; stop: StopPolicy }) => {
      registered.add(pid);
      tell({ add: { name, pid, startTicks: startTicks(pid), ...stop } });
    },
    remove: (pid) => {
      registered.delete(pid);
      tell({ remove: pid });
    },
    killAll: () => {
      for (const pid of registered) killGroup(pid);
    },
    close: async () => {
      closed = true;
      child.ref();
      child.stdin?.end();
      await gone;
    },
  };
}
