import { type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** Ids of the processes that a process has started and that run, as Linux tells it in /proc: see proc(5). */
export async function childrenOf({ pid }: ChildProcess): Promise<number[]> {
  const children: number[] = [];
  for (const entry of await readdir('/proc')) {
    const stat = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '') : '';
    // The command stands in parentheses and may hold any character; state and parent follow it.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && Number(parent) === pid) children.push(Number(entry));
  }
  return children;
}
