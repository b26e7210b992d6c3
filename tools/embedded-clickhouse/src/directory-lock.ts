import fs from 'node:fs';
import path from 'node:path';

/** Another live instance owns the directory: exit code 3. */
export class DirectoryLockedError extends Error {
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by another embedded-clickhouse, process ${pid}`);
    this.name = 'DirectoryLockedError';
  }
}

const LOCK_FILE = 'embedded-clickhouse.lock';

/**
 * Takes the directory for this process; the engine itself would not notice a second owner and break the data.
 * A process is known by its id and start time, so the lock of a killed process is void even if the id was given out
 * again. Returns the release.
 */
export function lockDirectory(directory: string): () => void {
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, LOCK_FILE);
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createWhole(file, mine)) return () => release(file, mine);
    const held = readIfThere(file);
    if (held === undefined) continue;
    const owner = liveOwner(held);
    if (owner !== undefined) throw new DirectoryLockedError(directory, owner);
    removeStale(file, held);
  }
  throw new Error(`${file} keeps changing: several processes are starting on this directory`);
}

/** Appears with its content or not at all, and only where nothing is: link fails on an existing name. */
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) return false;
    throw cause;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Moves the stale lock away. If another starter replaced it in between, that one's lock is put back. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return;
    throw cause;
  }
  if (fs.readFileSync(aside, 'utf8') !== stale) fs.linkSync(aside, file);
  fs.rmSync(aside, { force: true });
}

function release(file: string, mine: string): void {
  if (readIfThere(file) === mine) fs.rmSync(file, { force: true });
}

function liveOwner(held: string): number | undefined {
  const [pidText = '', started = ''] = held.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  return startTime(pid) === started ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return isCode(cause, 'EPERM');
  }
}

/** Clock ticks since boot, from /proc; where there is none, the same text for all, so the id alone decides. */
function startTime(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The command in parentheses may hold blanks; the fields after it are counted from the third on.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ESRCH')) return undefined;
    throw cause;
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
