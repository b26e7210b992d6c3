import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = path.resolve(__dirname, '../../../../dist/embedded-clickhouse/main.js');

/** The built server as its users run it: a process of its own. */
export type SpawnedServer = {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** Sends a signal and resolves to the exit code; null when the signal itself ended the process. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Resident memory in MiB. */
  readonly memoryMib: () => number;
};

/** Those still alive, so that a failed test leaves no process behind. */
const children = new Set<ChildProcess>();

/** What a process said that did not come to answer. */
export type FailedStart = { readonly exitCode: number | null; readonly stderr: string };

export function createDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-clickhouse-test-'));
}

export async function startServer(
  directory: string,
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<SpawnedServer> {
  const started = await tryStart(['--dir', directory, ...(options.args ?? [])], options.env);
  if ('exitCode' in started) throw new Error(`the server did not start: ${started.stderr}`);
  return { ...started, directory };
}

/** Resolves once the process answers or has ended. */
export async function tryStart(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Omit<SpawnedServer, 'directory'> | FailedStart> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: '/usr/bin:/bin', HOME: os.tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close');
  const line = createInterface(child.stdout)[Symbol.asyncIterator]().next();
  const first = await Promise.race([line, ended]);
  if (Array.isArray(first) || first.done) {
    await ended;
    return { exitCode: child.exitCode, stderr };
  }
  const { url, pid } = JSON.parse(first.value) as { url: string; pid: number };
  return { url, pid, stop: (signal) => stop(child, ended, signal), memoryMib: () => memoryMib(pid) };
}

async function stop(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Ends whatever a test has left running. */
export function killLeftovers(): void {
  for (const child of children) child.kill('SIGKILL');
}

function memoryMib(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** Tries until it no longer throws or the time is over. */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (Date.now() > deadline) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs one statement by POST. */
export async function post(
  url: string,
  sql: string,
  parameters: Readonly<Record<string, string>> = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}/?${new URLSearchParams(parameters).toString()}`, {
    method: 'POST',
    body: sql,
    ...init,
  });
}

/** The text of a statement's answer, which must be a success. */
export async function ask(
  url: string,
  sql: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await post(url, sql, parameters);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text.trimEnd();
}
