/** How long a process that died is waited with: not at all after a long life, ever longer when it keeps dying young. */
export interface RestartDelayOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** A process that lived this long was well: the next one starts from `minMs` again. */
  readonly stableMs: number;
}

/** @returns milliseconds to wait before the next start, told how long the process lived */
export function createRestartDelay({
  minMs,
  maxMs,
  stableMs,
}: RestartDelayOptions): (livedMs: number) => number {
  let nextMs = minMs;
  return (livedMs) => {
    if (livedMs >= stableMs) nextMs = minMs;
    const delayMs = nextMs;
    nextMs = Math.min(nextMs * 2, maxMs);
    return delayMs;
  };
}
