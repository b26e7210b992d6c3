/** Batches in the order of the file, from the one that reads to the one that inserts. */
import { setTimeout as delay } from 'node:timers/promises';

export class BatchLine<T extends { readonly encoded: Promise<unknown> }> {
  readonly #batches: T[] = [];
  #isClosed = false;
  #changed = Promise.withResolvers<undefined>();

  push(batch: T): void {
    this.#batches.push(batch);
    this.#tell();
  }

  /** No more will come. */
  close(): void {
    this.#isClosed = true;
    this.#tell();
  }

  /** The first batch once it is encoded, which leaves it where it is; null when all were taken. @throws what encoding did */
  async first(): Promise<T | null> {
    for (;;) {
      const [batch] = this.#batches;
      if (batch) {
        await batch.encoded;
        return batch;
      }
      if (this.#isClosed) return null;
      await this.#changed.promise;
    }
  }

  /** As `first`, but null as well when there is none within the time. */
  async firstWithin(ms: number): Promise<T | null> {
    const timer = new AbortController();
    try {
      const timeout = delay(ms, null, { signal: timer.signal, ref: false }).catch(() => null);
      return await Promise.race([this.first(), timeout]);
    } finally {
      timer.abort();
    }
  }

  /** Removes the first batch. */
  take(): void {
    this.#batches.shift();
  }

  #tell(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}
