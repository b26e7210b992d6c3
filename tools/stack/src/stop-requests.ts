const PARENT_POLL_MS = 250;

export type StopRequestOptions = {
  /** Stop when the parent process is gone. */
  watchParent: boolean;
  /** A second SIGINT within this time is the same key press. */
  sameCtrlCMs: number;
  stop: (reason: string) => void;
  force: () => void;
};

/** Everything that asks this process to end: signals, a parent that is gone, an IPC channel that is closed. */
export function onStopRequest({ watchParent, sameCtrlCMs, stop, force }: StopRequestOptions): void {
  let stopping = false;
  let firstAt = 0;
  const request = (reason: string) => {
    if (stopping) return;
    stopping = true;
    firstAt = Date.now();
    stop(reason);
  };
  process.on('SIGINT', () => {
    if (stopping && Date.now() - firstAt > sameCtrlCMs) force();
    else request('Ctrl-C');
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      request(signal);
    });
  }
  process.on('disconnect', () => {
    request('The parent closed its channel');
  });
  if (!watchParent) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) request('The parent is gone');
  }, PARENT_POLL_MS).unref();
}
