/**
 * Ends what its owner started when the owner is gone, however it went: the kernel closes the pipe to this
 * process's stdin even after a kill -9. Started detached, so that no signal of the terminal reaches it.
 * Run by node itself as it stands (types are stripped), so it imports nothing but node.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

type Entry = {
  name: string;
  pid: number;
  startTicks: string | null;
  signal: NodeJS.Signals;
  deadlineMs: number;
};
type Message = { add: Entry } | { remove: number };

const POLL_MS = 20;
const entries = new Map<number, Entry>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line) as Message;
  if ('add' in message) entries.set(message.add.pid, message.add);
  else entries.delete(message.remove);
});
lines.on('close', () => {
  void endAll();
});

/** In reverse order of starting, each with its own deadline. */
async function endAll(): Promise<void> {
  for (const entry of [...entries.values()].reverse()) await end(entry);
}

async function end(entry: Entry): Promise<void> {
  if (startTicks(entry.pid) === entry.startTicks) send(entry.pid, entry.signal);
  const deadline = Date.now() + entry.deadlineMs;
  while (Date.now() < deadline && startTicks(entry.pid) === entry.startTicks && exists(entry.pid)) {
    await delay(POLL_MS);
  }
  send(-entry.pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A pid is used again sooner or later: the start time tells whether it still is the same process. */
function startTicks(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
