import { readFileSync } from 'node:fs';

/** Whether a process with this pid exists (a zombie counts as gone where /proc tells). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return procStat(pid)?.state !== 'Z';
}

/**
 * When the process was started, in the kernel's ticks since boot. With the pid it names one process for good,
 * as pids are used again. `null` where there is no /proc or no such process.
 */
export function startTicks(pid: number): string | null {
  return procStat(pid)?.startTicks ?? null;
}

function procStat(pid: number): { state: string; startTicks: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces: count from its end. See proc(5).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}
