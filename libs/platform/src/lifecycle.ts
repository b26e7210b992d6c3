/**
 * Acquire and release in one call, so that the closing order is always the reverse of the opening order.
 * `stop` first says "not ready", then closes in reverse within one deadline. After an uncaught error nothing
 * is drained: the state is unknown, the process exits with 1.
 */
import { type Logger } from './log/logger';

export interface Lifecycle {
  /** Keeps `resource` until the stop, and gives it back. Closers run in reverse order of `use`. */
  use<T>(name: string, resource: T, close: (resource: T) => Promise<void> | void): T;
  /** Called at the very start of a stop, before anything closes. */
  onDrain(callback: () => void): void;
  stop(reason: string): Promise<void>;
  /** Wires SIGTERM, SIGINT and uncaught errors to this lifecycle. */
  installSignals(): void;
}

export interface LifecycleOptions {
  readonly logger: Logger;
  readonly deadlineMs: number;
  readonly exit: (code: number) => void;
}

export function createLifecycle({ logger, deadlineMs, exit }: LifecycleOptions): Lifecycle {
  const closers: { name: string; close: () => Promise<void> | void }[] = [];
  const drains: (() => void)[] = [];
  let stopping: Promise<void> | null = null;

  const closeAll = async (): Promise<void> => {
    for (const drain of drains) drain();
    for (const { name, close } of [...closers].reverse()) {
      try {
        await close();
        logger.debug('closed', { resource: name });
      } catch (error) {
        logger.warn('could not close', { resource: name, error });
      }
    }
  };

  const stop = (reason: string): Promise<void> => {
    stopping ??= (async () => {
      logger.info('stopping', { reason });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), deadlineMs);
      });
      const outcome = await Promise.race([closeAll(), late]);
      clearTimeout(timer);
      if (outcome === 'late')
        logger.error('stopped before everything was closed', { deadline_ms: deadlineMs });
      else logger.info('stopped');
    })();
    return stopping;
  };

  return {
    use(name, resource, close) {
      closers.push({ name, close: () => close(resource) });
      return resource;
    },
    onDrain: (callback) => void drains.push(callback),
    stop,
    installSignals() {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => void stop(signal).then(() => exit(0)));
      }
      const fatal = (error: unknown): void => {
        logger.error('uncaught error', { error });
        exit(1);
      };
      process.once('uncaughtException', fatal);
      process.once('unhandledRejection', fatal);
    },
  };
}
