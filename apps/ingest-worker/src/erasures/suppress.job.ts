/**
 * A queue's job `{ erasureId }`: hides an erased person from every answer. The list that loads are compared with has the
 * identifier already. An insert that began before may still bring the person, so it is waited for; one that begins later
 * is broken off should its rows have been compared with the list as it was before.
 */
import { NOTHING_PENDING_FOR_MS } from '@bigdata/clickhouse';
import { type Logger } from '@bigdata/platform';
import { pause } from '../retry';
import { type ErasureControl } from './erasure-control';
import { type ErasureStore } from './erasure-store';
import { reportRecords } from './report-records';

export interface SuppressJobOptions {
  readonly control: ErasureControl;
  readonly store: ErasureStore;
  readonly logger: Logger;
  readonly clockMs: () => number;
}

/** A clock that runs a tenth slower still counts a second by then. */
const SEEN_BY_ALL_MS = NOTHING_PENDING_FOR_MS * 1.1;

export function createSuppressJob({ control, store, logger, clockMs }: SuppressJobOptions) {
  return async ({ erasureId }: { readonly erasureId: string }, signal: AbortSignal): Promise<void> => {
    const startedMs = clockMs();
    const erasure = await control.claim(erasureId);
    if (erasure === null) return;
    await store.waitForInserts(signal);
    await store.mark(erasure, signal);
    // From here on every reader that looks finds something to hide; none trusts an older look for longer than this.
    const seen = pause(SEEN_BY_ALL_MS, signal);
    const [counts] = await Promise.all([
      reportRecords(erasure.id, { control, store }, signal).then(() => store.countMarked(erasure.id, signal)),
      seen,
    ]);
    await control.suppress(erasure.id, counts);
    logger.info('erasure suppressed', {
      erasure_id: erasure.id,
      kind: erasure.subject.kind,
      ...counts,
      elapsed_s: Math.round(clockMs() - startedMs) / 1_000,
    });
  };
}
