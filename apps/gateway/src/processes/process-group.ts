/**
 * Several processes behind one port. One that dies is started again, ever later when it keeps dying young; all of them
 * are ended together, each draining its own requests.
 */
import { type Worker } from 'node:cluster';
import { type Logger } from '@bigdata/platform';
import { createRestartDelay } from './restart-delay';

const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 5_000;
const STABLE_MS = 10_000;

export interface ProcessGroupOptions {
  readonly count: number;
  readonly fork: () => Worker;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly clockMs: () => number;
}

export interface ProcessGroup {
  /** Those that accept connections. */
  listening(): readonly Worker[];
  /** Asks all to drain, and resolves when the last has ended. */
  close(): Promise<void>;
}

/**
 * Resolves once every process accepts connections.
 * @throws Error when one of them ends before it does: what it lacks it would lack the next time too
 */
export async function openProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const { count, fork, logger, clockMs } = options;
  const running = new Set<Worker>();
  const listening = new Set<Worker>();
  const restarts = new Set<NodeJS.Timeout>();
  let closing = false;
  let ended = (): void => undefined;

  /** @returns resolves when the process accepts connections; rejects when it ended before */
  const start = (delayMs: (livedMs: number) => number): Promise<void> => {
    const opened = Promise.withResolvers<undefined>();
    const worker = fork();
    const { pid } = worker.process;
    const startedMs = clockMs();
    running.add(worker);
    worker.once('listening', () => {
      listening.add(worker);
      opened.resolve(undefined);
    });
    worker.on('error', (error) => logger.warn('cannot talk to a process of the gateway', { pid, error }));
    worker.once('exit', (code, signal) => {
      running.delete(worker);
      listening.delete(worker);
      opened.reject(new Error(`process ${pid} ended before it listened`));
      if (running.size === 0) ended();
      if (closing) return;
      logger.error('a process of the gateway ended', { pid, code, signal });
      const timer = setTimeout(
        () => {
          restarts.delete(timer);
          // Its end is told by its exit, which starts the next one.
          start(delayMs).catch(() => undefined);
        },
        delayMs(clockMs() - startedMs),
      );
      restarts.add(timer);
    });
    return opened.promise;
  };

  const close = async (): Promise<void> => {
    closing = true;
    for (const timer of restarts) clearTimeout(timer);
    if (running.size === 0) return;
    await new Promise<void>((resolve) => {
      ended = resolve;
      for (const worker of running) worker.process.kill('SIGTERM');
    });
  };

  const delay = { minMs: RESTART_MIN_MS, maxMs: RESTART_MAX_MS, stableMs: STABLE_MS };
  try {
    await Promise.all(Array.from({ length: count }, () => start(createRestartDelay(delay))));
  } catch (error) {
    await close();
    throw error;
  }
  return { listening: () => [...listening], close };
}
