import { AppError } from '@bigdata/models';
import { type Logger } from '@bigdata/platform';
import { repeat } from './repeat';

function recordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const logger: Logger = {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    child: () => logger,
  };
  return { logger, lines };
}

/** Runs `results` one after the other, then ends well. */
async function runThrough(results: (Error | null)[]): Promise<{ lines: string[]; outcomes: string[] }> {
  const { logger, lines } = recordingLogger();
  const outcomes: string[] = [];
  const last = Promise.withResolvers<undefined>();
  const work = (): Promise<'again' | 'done'> => {
    if (results.length === 0) {
      last.resolve(undefined);
      return Promise.resolve('done');
    }
    const result = results.shift();
    return result ? Promise.reject(result) : Promise.resolve('again');
  };
  const onRun = (outcome: string): void => void outcomes.push(outcome);
  const running = repeat({ name: 'test', everyMs: 0, work, logger, onRun });
  await last.promise;
  await running.stop();
  return { lines, outcomes };
}

test('a dependency that is away is logged once per outage', async () => {
  const away = new AppError('unavailable');
  const { lines, outcomes } = await runThrough([away, away, away, null, away]);
  expect(lines).toEqual([
    'warn: background work waits for a dependency',
    'warn: background work waits for a dependency',
  ]);
  expect(outcomes).toEqual(['waited', 'waited', 'waited', 'done', 'waited', 'done']);
});

test('any other failure is logged each time and does not end the repetition', async () => {
  const { lines, outcomes } = await runThrough([new Error('bug'), new Error('bug'), null]);
  expect(lines).toEqual(['error: background work failed', 'error: background work failed']);
  expect(outcomes).toEqual(['failed', 'failed', 'done', 'done']);
});

test('stopping waits for the run under way and starts no other', async () => {
  const { logger } = recordingLogger();
  let runs = 0;
  let finish = (): void => undefined;
  const running = repeat({
    name: 'test',
    everyMs: 0,
    work: () => {
      runs += 1;
      return new Promise((resolve) => {
        finish = () => resolve('again');
      });
    },
    logger,
    onRun: () => undefined,
  });
  let stopped = false;
  const stopping = running.stop().then(() => (stopped = true));
  await Promise.resolve();
  expect(stopped).toBe(false);
  finish();
  await stopping;
  expect(runs).toBe(1);
});
