import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { StackError } from '../stack-error';
import { fileSize, logTail } from './log-tail';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** How a process is ended: the signal that asks, and how long it may take before its group is killed. */
export type StopPolicy = { signal: NodeJS.Signals; deadlineMs: number };

/** Who ends the process groups when this process can no longer do it: the watchdog. */
export type ProcessRegistry = {
  /** Nothing may be started any more: nobody would end it. */
  isClosed(): boolean;
  add(entry: { name: string; pid: number; stop: StopPolicy }): void;
  remove(pid: number): void;
};

export type ChildOptions = {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Receives stdout and stderr, appended. */
  logFile: string;
  /** Written to the child's stdin, which is closed otherwise. */
  input?: string;
  uid?: number;
  gid?: number;
  stop?: StopPolicy;
  registry?: ProcessRegistry | undefined;
};

export type Child = {
  name: string;
  pid: number;
  logFile: string;
  /** Where this child's output begins in the log. */
  logOffset: number;
  exited: Promise<Exit>;
  /** `null` while it runs. */
  exit(): Exit | null;
  /** Sends the signal to the process alone; nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end and, past the deadline, kills its whole group. Resolves when it is gone. */
  stop(policy?: StopPolicy): Promise<void>;
};

/**
 * Becomes the program when it is told to, by a line, and ends when whoever started it dies before that: a process that no
 * registry knows of yet would be left behind.
 */
const GATE = 'read -r told && exec "$@"';

export const DEFAULT_STOP: StopPolicy = { signal: 'SIGTERM', deadlineMs: 10_000 };

/**
 * Starts a process as leader of its own group, so that Ctrl-C in the terminal reaches only the supervisor,
 * with its output going straight to the log file, so that it outlives nobody's pipe.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, logFile, registry, stop: policy = DEFAULT_STOP } = options;
  mkdirSync(path.dirname(logFile), { recursive: true });
  const logOffset = await fileSize(logFile);
  if (registry?.isClosed()) throw new StackError('step_failed', `${name} is not started: the stack stops.`);
  const log = openSync(logFile, 'a', 0o600);
  const hasInput = options.input !== undefined;
  const gate = ['-c', hasInput ? GATE : `${GATE} </dev/null`, 'sh', options.command, ...options.args];
  const child = spawn(registry ? '/bin/sh' : options.command, registry ? gate : options.args, {
    env: options.env,
    detached: true,
    stdio: [registry || hasInput ? 'pipe' : 'ignore', log, log],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  if (child.pid !== undefined) registry?.add({ name, pid: child.pid, stop: policy });

  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    const settle = (result: Exit) => {
      exit = result;
      if (child.pid !== undefined) {
        killGroup(child.pid);
        registry?.remove(child.pid);
      }
      resolve(result);
    };
    child.once('exit', (code, signal) => {
      settle({ code, signal });
    });
    child.once('error', () => {
      if (child.pid === undefined) settle({ code: null, signal: null });
    });
  });
  if (child.pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    writeSync(log, `${cause.message}\n`);
    closeSync(log);
    throw new StackError('server_failed', `${name} could not be started: ${cause.message}`, { cause });
  }
  closeSync(log);
  child.stdin?.on('error', () => undefined); // it ended without reading its input: its exit says so
  child.stdin?.end(`${registry ? '\n' : ''}${options.input ?? ''}`);

  const pid = child.pid;
  const signal = (which: NodeJS.Signals) => {
    if (exit === null) child.kill(which);
  };
  return {
    name,
    pid,
    logFile,
    logOffset,
    exited,
    exit: () => exit,
    signal,
    stop: async (how = policy) => {
      if (exit !== null) return;
      signal(how.signal);
      const timer = setTimeout(() => {
        killGroup(pid);
      }, how.deadlineMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Runs a process to its end; anything but exit code 0 is an error with the last lines of its output. */
export async function runToEnd(options: ChildOptions): Promise<void> {
  const child = await startChild(options);
  const exit = await child.exited;
  if (exit.code === 0) return;
  throw new StackError(
    'step_failed',
    `${options.name} failed (${describeExit(exit)}). The end of ${options.logFile}:\n` +
      (await logTail(options.logFile, child.logOffset)),
  );
}

export function describeExit({ code, signal }: Exit): string {
  if (signal !== null) return `killed by ${signal}`;
  return code === null ? 'not started' : `exit code ${code}`;
}

export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody is left in the group
  }
}
