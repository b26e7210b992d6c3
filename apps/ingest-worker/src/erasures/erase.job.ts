/**
 * A queue's job without data: deletes what is hidden, of all erasures there are. It begins anew after a crash at any
 * point, because an erasure is asked for until its end is told.
 *
 * A mutation rewrites the parts that are there when it begins. What a load, or the move of a load into the base, inserts
 * meanwhile from rows it had read before is found by looking again when those inserts have ended.
 */
import { type Logger } from '@bigdata/platform';
import { type DueErasure } from '@bigdata/models';
import { type ErasureControl } from './erasure-control';
import { type ErasureStore } from './erasure-store';
import { reportRecords } from './report-records';

export interface EraseJobOptions {
  readonly control: ErasureControl;
  readonly store: ErasureStore;
  readonly logger: Logger;
  readonly clockMs: () => number;
}

export function createEraseJob(options: EraseJobOptions) {
  const { control, store, logger, clockMs } = options;

  const erase = async (erasures: readonly DueErasure[], signal: AbortSignal): Promise<void> => {
    const ids = erasures.map(({ id }) => id);
    do {
      await store.deleteMarked(signal);
      await store.waitForInserts(signal);
      for (const erasure of erasures) {
        await store.mark(erasure, signal);
        await reportRecords(erasure.id, options, signal);
      }
    } while ((await store.countLeft(ids, signal)) > 0);
    await store.waitForOldParts(signal);
    await store.unmark(ids, signal);
    await control.finishDeletion(ids);
  };

  return async (_data: object, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const startedMs = clockMs();
      const erasures = await control.claimDeletion();
      if (erasures.length === 0) return;
      await erase(erasures, signal);
      const elapsed_s = Math.round(clockMs() - startedMs) / 1_000;
      for (const { id } of erasures) logger.info('erasure deleted', { erasure_id: id, elapsed_s });
    }
  };
}
