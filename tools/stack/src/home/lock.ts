import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, startTicks } from '../process/process-identity';
import { StackError } from '../stack-error';
import { type Home } from './home';

type Holder = {
  pid: number;
  startTicks: string | null;
  watchdog: { pid: number; startTicks: string | null };
};

export type HomeLock = { release(): void };

/** Longest time the watchdog of a killed stack may take to end what it started. */
const CLEAN_UP_TIMEOUT_MS = 60_000;

/**
 * One stack per home. The lock of a stack that was killed does not count, but its watchdog may still be ending
 * the servers: that is waited for, since two servers on one data directory must never meet.
 */
export async function lockHome(
  home: Home,
  watchdogPid: number,
  onNote: (note: string) => void,
): Promise<HomeLock> {
  mkdirSync(path.dirname(home.lockFile), { recursive: true });
  const own = JSON.stringify({ ...identify(process.pid), watchdog: identify(watchdogPid) } satisfies Holder);
  const draft = `${home.lockFile}.${process.pid}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    while (!tryLink(draft, home.lockFile)) {
      const holder = readHolder(home.lockFile);
      if (holder && isSame(holder)) {
        throw new StackError(
          'home_in_use',
          `A stack already runs on ${home.folder} (pid ${holder.pid}). Stop it with Ctrl-C in its terminal, ` +
            'or give this one another BIGDATA_HOME.',
        );
      }
      if (holder && isSame(holder.watchdog)) {
        onNote('The stack before was killed: waiting until its processes have ended.');
        await untilGone(holder.watchdog, home.folder);
      }
      rmSync(home.lockFile, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release: () => {
      if (readHolder(home.lockFile)?.pid === process.pid) rmSync(home.lockFile, { force: true });
    },
  };
}

const identify = (pid: number) => ({ pid, startTicks: startTicks(pid) });

function isSame(holder: { pid: number; startTicks: string | null }): boolean {
  return isAlive(holder.pid) && startTicks(holder.pid) === holder.startTicks;
}

/** A link appears with its content in one step and fails when the name is taken. */
function tryLink(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(lockFile: string): Holder | null {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')) as Holder;
  } catch {
    return null; // released in between, or not ours: either way nobody holds it
  }
}

async function untilGone(watchdog: Holder['watchdog'], folder: string): Promise<void> {
  const deadline = Date.now() + CLEAN_UP_TIMEOUT_MS;
  while (isSame(watchdog)) {
    if (Date.now() > deadline) {
      throw new StackError(
        'home_in_use',
        `Processes of a killed stack (watchdog ${watchdog.pid}) still use ${folder}.`,
      );
    }
    await delay(50);
  }
}
