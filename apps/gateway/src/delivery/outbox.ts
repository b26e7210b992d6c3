/**
 * Items that must reach another service although nobody waits for them: delivered in batches, in order, one
 * batch at a time, tried again until the other side took them. What is inside is lost only with the process.
 */
import { AppError } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';

/** For whoever counts. */
export interface OutboxEvents {
  onSize(size: number): void;
  /** So many items were given up. */
  onLost(count: number): void;
  onBatch(outcome: 'taken' | 'failed'): void;
}

export interface OutboxOptions<T> extends Partial<OutboxEvents> {
  readonly name: string;
  readonly deliver: (items: readonly T[]) => Promise<unknown>;
  readonly batchMax: number;
  readonly queueMax: number;
  /** How long an item may wait for company; a full batch leaves at once. */
  readonly lingerMs: number;
  readonly logger: Logger;
  readonly retryMinMs?: number;
  readonly retryMaxMs?: number;
}

export interface Outbox<T> {
  /**
   * False when it is full; the item is then not kept.
   * @param onTaken called once the other side has it
   */
  add(item: T, onTaken?: () => void): boolean;
  readonly full: boolean;
  /** The other side has just answered: what failed before does not wait any longer than after a first failure. */
  retrySoon(): void;
  /** Delivers what is inside, for at most `deadlineMs`; what is left then is logged by number and lost. */
  close(deadlineMs: number): Promise<void>;
}

export function createOutbox<T>({
  name,
  deliver,
  batchMax,
  queueMax,
  lingerMs,
  logger,
  onSize = () => undefined,
  onLost = () => undefined,
  onBatch = () => undefined,
  retryMinMs = 100,
  retryMaxMs = 5_000,
}: OutboxOptions<T>): Outbox<T> {
  let queue: { readonly item: T; readonly onTaken: (() => void) | undefined }[] = [];
  let timer: NodeJS.Timeout | null = null;
  let delivering = false;
  let closing = false;
  let failures = 0;
  /** Halved when the other side refuses a batch, until the one item that it refuses stands alone. */
  let batchSize = batchMax;
  let emptied = (): void => undefined;

  const deliverOnce = async (): Promise<void> => {
    const batch = queue.slice(0, batchSize);
    try {
      await deliver(batch.map(({ item }) => item));
      queue = queue.slice(batch.length);
      batchSize = Math.min(batchMax, batchSize * 2);
      failures = 0;
      onBatch('taken');
      for (const { onTaken } of batch) onTaken?.();
    } catch (error) {
      onBatch('failed');
      if (isRefusal(error) && batch.length > 1) {
        batchSize = Math.ceil(batch.length / 2);
      } else if (isRefusal(error)) {
        queue = queue.slice(1);
        onLost(1);
        logger.error('an item was refused for good', { outbox: name, error });
      } else {
        failures += 1;
        if (failures === 1) logger.warn('cannot deliver', { outbox: name, waiting: queue.length, error });
      }
    }
    onSize(queue.length);
  };

  const pump = async (): Promise<void> => {
    timer = null;
    if (delivering) return;
    delivering = true;
    while (queue.length > 0) {
      await deliverOnce();
      if (failures > 0 || (!closing && queue.length > 0 && queue.length < batchMax)) break;
    }
    delivering = false;
    if (queue.length === 0) emptied();
    else schedule();
  };

  const schedule = (): void => {
    if (timer || delivering) return;
    const waitMs =
      failures > 0
        ? Math.min(retryMinMs * 2 ** Math.min(failures - 1, 16), retryMaxMs) * (0.5 + Math.random() / 2)
        : closing || queue.length >= batchMax
          ? 0
          : lingerMs;
    timer = setTimeout(() => void pump(), waitMs);
  };

  return {
    get full() {
      return queue.length >= queueMax;
    },
    add(item, onTaken) {
      if (queue.length >= queueMax) {
        onLost(1);
        return false;
      }
      queue.push({ item, onTaken });
      onSize(queue.length);
      if (queue.length === batchMax && timer && failures === 0) {
        clearTimeout(timer);
        timer = null;
      }
      schedule();
      return true;
    },
    retrySoon() {
      if (failures <= 1) return;
      failures = 1;
      if (timer) clearTimeout(timer);
      timer = null;
      schedule();
    },
    async close(deadlineMs) {
      closing = true;
      if (queue.length === 0 && !delivering) return;
      const empty = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      let deadline: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        deadline = setTimeout(resolve, deadlineMs);
      });
      if (timer) clearTimeout(timer);
      void pump();
      await Promise.race([empty, late]);
      clearTimeout(deadline);
      if (timer) clearTimeout(timer);
      onLost(queue.length);
      if (queue.length > 0) logger.error('undelivered at the stop', { outbox: name, lost: queue.length });
    },
  };
}

/** The other side understood and will refuse the same items for ever. Anything else may pass. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && ['invalid', 'malformed', 'payload_too_large'].includes(error.kind);
}
