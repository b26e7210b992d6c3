/** A thread pool without threads, so that tests run the sources as they are and not a bundle. */
import { createSegmentEncoder } from '../threads/encode-segment';
import { type ThreadPool } from '../threads/thread-pool';

export function createInlineThreads(): ThreadPool {
  return {
    threads: 1,
    open(context) {
      const encoder = createSegmentEncoder(context);
      return {
        encode: (batch, segment) => Promise.resolve().then(() => encoder.encode(batch, segment)),
        close: () => undefined,
      };
    },
    close: () => Promise.resolve(),
  };
}
