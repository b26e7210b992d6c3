/** What the processes of this machine have used, as Linux tells it in /proc: see proc(5). */
import { readFileSync } from 'node:fs';

export type ProcessUsage = {
  /** Processor time of all threads so far, in user and in kernel mode; null where there is no /proc. */
  readonly cpuS: number | null;
  /** The most memory that was resident at once; null where there is no /proc. */
  readonly peakRssMb: number | null;
};

/** The kernel counts in these for programs, whatever its own clock is. */
const TICKS_PER_S = 100;
const KB_PER_MB = 1_000 / 1.024;
/** Places in /proc/PID/stat after the command. */
const [UTIME, STIME, CUTIME, CSTIME] = [11, 12, 13, 14] as const;

export const readProcessUsage = (pid: number): ProcessUsage => ({
  cpuS: parseCpuS(readProc(pid, 'stat')),
  peakRssMb: parsePeakRssMb(readProc(pid, 'status')),
});

export const parseCpuS = (stat: string | null): number | null => sumTicks(stat, UTIME, STIME);

/** The same together with that of the children that have ended. */
export const parseCpuWithEndedS = (stat: string | null): number | null =>
  sumTicks(stat, UTIME, STIME, CUTIME, CSTIME);

const sumTicks = (stat: string | null, ...places: number[]): number | null => {
  // The second field is the command in brackets and may hold spaces and brackets: count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = places.reduce((sum, place) => sum + Number(fields?.[place]), 0);
  return Number.isFinite(ticks) ? ticks / TICKS_PER_S : null;
};

export const parsePeakRssMb = (status: string | null): number | null => {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kib === undefined ? null : Number(kib) / KB_PER_MB;
};

/** Seconds of processor time between two looks at a process. */
export const cpuSBetween = (before: ProcessUsage, after: ProcessUsage): number | null =>
  before.cpuS === null || after.cpuS === null ? null : after.cpuS - before.cpuS;

const readProc = (pid: number, file: string): string | null => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
};

/** Processor time so far of a process and of all that it has started, running or ended; null where there is no /proc. */
export const readTreeCpuS = (pid: number): number | null => {
  const own = parseCpuWithEndedS(readProc(pid, 'stat'));
  if (own === null) return null;
  const children = readProc(pid, `task/${pid}/children`)?.trim() ?? '';
  const pids = children === '' ? [] : children.split(' ').map(Number);
  return pids.reduce((sum, child) => sum + (readTreeCpuS(child) ?? 0), own);
};
