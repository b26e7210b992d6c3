/** Work that is done again and again while the service runs. */
import { AppError } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';

export interface RepeatOptions {
  readonly name: string;
  /** Pause between the end of one run and the start of the next. */
  readonly everyMs: number;
  /** A failure is logged and the next run comes as usual; returning `done` ends the repetition. */
  readonly work: () => Promise<'again' | 'done'>;
  readonly logger: Logger;
  /** Told how each run went; `waited`: a dependency was away. */
  readonly onRun: (outcome: RunOutcome) => void;
}

export const RUN_OUTCOMES = ['done', 'waited', 'failed'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export interface Repetition {
  /** Resolves when no run is under way and none will come. */
  stop(): Promise<void>;
}

/** Runs never overlap. A dependency that is away is logged once per outage: readiness shows it all along. */
export function repeat({ name, everyMs, work, logger, onRun }: RepeatOptions): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let away = false;
  let current = Promise.resolve();

  const run = async (): Promise<void> => {
    try {
      if ((await work()) === 'done') stopped = true;
      away = false;
      onRun('done');
    } catch (error) {
      const unavailable = error instanceof AppError && error.kind === 'unavailable';
      if (!unavailable) logger.error('background work failed', { work: name, error });
      else if (!away) logger.warn('background work waits for a dependency', { work: name, error });
      away = unavailable;
      onRun(unavailable ? 'waited' : 'failed');
    }
    if (!stopped) timer = setTimeout(start, everyMs);
  };
  const start = (): void => {
    current = run();
  };

  start();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
