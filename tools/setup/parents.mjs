// Tells when whoever started this process is gone. npm runs scripts through a shell, and a shell that is told to
// end, or outlives npm, leaves this process behind: both are watched.
import { readFileSync } from 'node:fs';

const POLL_MS = 250;
const SHELLS = new Set(['sh', 'dash', 'bash', 'zsh', 'ash', 'busybox']);

export function onParentGone(told) {
  const parent = process.ppid;
  const shell = statusOf(parent);
  const isShellOfNpm = process.env.npm_lifecycle_event !== undefined && shell && SHELLS.has(shell.name);
  const grandparent = isShellOfNpm ? shell.parent : null;
  const timer = setInterval(() => {
    const gone =
      process.ppid !== parent || (grandparent !== null && statusOf(parent)?.parent !== grandparent);
    if (!gone) return;
    clearInterval(timer);
    told();
  }, POLL_MS);
  timer.unref();
}

/** Name and parent of a process; null where there is no /proc, or no such process. */
function statusOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    return {
      name: text.slice(text.indexOf('(') + 1, end),
      parent: Number(text.slice(end + 2).split(' ')[1]),
    };
  } catch {
    return null;
  }
}
