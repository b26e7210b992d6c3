/**
 * Hides rows of erased persons from every SELECT until they are deleted. The filter costs a few milliseconds of planning
 * for every table that a statement names, and nearly always there is nothing to hide, so it is left out for a second after
 * a look that found nothing. Whoever erases waits for longer than that before he says that the rows are hidden.
 *
 * When nobody has looked lately, or looking fails, the filter is used.
 */
import { NOTHING_PENDING_FOR_MS } from '@bigdata/clickhouse';

export type ErasureFilter = () => Readonly<Record<string, string>>;

export interface ErasureFilterOptions {
  /** What hides them. */
  readonly hiding: Readonly<Record<string, string>>;
  /** True when there are rows to hide. */
  readonly look: () => Promise<boolean>;
  /** Milliseconds of a clock that only runs forward. */
  readonly clockMs: () => number;
}

/** Looked again this long after the last look began, so that under load the filter is left out all the time. */
const LOOK_EVERY_MS = NOTHING_PENDING_FOR_MS / 2;

/** @returns the settings of a SELECT that begins now */
export function createErasureFilter({ hiding, look, clockMs }: ErasureFilterOptions): ErasureFilter {
  let nothingSinceMs = -Infinity;
  let lookedMs = -Infinity;
  let looking = false;

  const lookAgain = (nowMs: number): void => {
    looking = true;
    lookedMs = nowMs;
    look()
      .then((found) => {
        nothingSinceMs = found ? -Infinity : nowMs;
      })
      // ClickHouse is away, and so are the answers; the filter is used until a look succeeds.
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  };

  return () => {
    const nowMs = clockMs();
    if (!looking && nowMs - lookedMs >= LOOK_EVERY_MS) lookAgain(nowMs);
    return nowMs - nothingSinceMs < NOTHING_PENDING_FOR_MS ? {} : hiding;
  };
}
