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

/** Runs `results` one after the other, then ends. */
async function runThrough(results: (Error | null)[]): Promise<string[]> {
  const { logger, lines } = recordingLogger();
  await new Promise<void>((resolve) => {
    const work = (): Promise<'again' | 'done'> => {
      if (results.length === 0) {
        resolve();
        return Promise.resolve('done');
      }
      const result = results.shift();
      return result ? Promise.reject(result) : Promise.resolve('again');
    };
    repeat({ name: 'test', everyMs: 0, work, logger });
  });
  return lines;
}

test('a dependency that is away is logged once per outage', async () => {
  const away = new AppError('unavailable');
  expect(await runThrough([away, away, away, null, away])).toEqual([
    'warn: background work waits for a dependency',
    'warn: background work waits for a dependency',
  ]);
});

test('any other failure is logged each time and does not end the repetition', async () => {
  expect(await runThrough([new Error('bug'), new Error('bug'), null])).toEqual([
    'error: background work failed',
    'error: background work failed',
  ]);
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
  });
  let stopped = false;
  const stopping = running.stop().then(() => (stopped = true));
  await Promise.resolve();
  expect(stopped).toBe(false);
  finish();
  await stopping;
  expect(runs).toBe(1);
});
