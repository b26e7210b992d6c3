/** Lets so many at once, the others in the order they came. */
export interface Semaphore {
  /** @throws the signal's reason */
  acquire(signal: AbortSignal): Promise<void>;
  release(): void;
  /** Acquires, runs, releases. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createSemaphore(count: number): Semaphore {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const acquire = async (signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      };
      waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };
  return {
    acquire,
    release,
    async run(work) {
      await acquire();
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

/** One user's part of a semaphore that several share. */
export interface Share extends Pick<Semaphore, 'acquire' | 'release'> {
  /** Gives back what is still held. */
  close(): void;
}

export function shareOf(semaphore: Semaphore): Share {
  let held = 0;
  const release = (): void => {
    if (held === 0) return;
    held -= 1;
    semaphore.release();
  };
  return {
    async acquire(signal) {
      await semaphore.acquire(signal);
      held += 1;
    },
    release,
    close() {
      while (held > 0) release();
    },
  };
}
