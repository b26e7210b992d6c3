/**
 * Ends what its owner started when the owner is gone, however it went: the kernel closes the pipe to this
 * process's stdin even after a kill -9. Started detached, so that no signal of the terminal reaches it.
 * Run by node itself as it stands (types are stripped), so what it imports carries its
 * extension and imports nothing but node.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, startTicks } from './process-identity.ts';

type Entry = {
  name: string;
  pid: number;
  startTicks: string | null;
  signal: NodeJS.Signals;
  deadlineMs: number;
};
type Message = { add: Entry } | { remove: number } | { removeAtEnd: string };

const POLL_MS = 20;
const entries = new Map<number, Entry>();
const files: string[] = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line) as Message;
  if ('add' in message) entries.set(message.add.pid, message.add);
  else if ('remove' in message) entries.delete(message.remove);
  else files.push(message.removeAtEnd);
});
lines.on('close', () => {
  void endAll();
});

/** In reverse order of starting, each with its own deadline. */
async function endAll(): Promise<void> {
  for (const file of files) rmSync(file, { force: true });
  for (const entry of [...entries.values()].reverse()) await end(entry);
}

async function end(entry: Entry): Promise<void> {
  if (isSame(entry)) send(entry.pid, entry.signal);
  const deadline = Date.now() + entry.deadlineMs;
  while (Date.now() < deadline && isSame(entry)) {
    await delay(POLL_MS);
  }
  send(-entry.pid, 'SIGKILL');
}

/** A pid is used again sooner or later: the start time tells whether it still is the same process. */
function isSame({ pid, startTicks: started }: Entry): boolean {
  return isAlive(pid) && startTicks(pid) === started;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}
