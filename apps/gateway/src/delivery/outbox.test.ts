import { PassThrough } from 'node:stream';
import { AppError } from '@bigdata/models';
import { createLogger } from '@bigdata/platform';
import { createOutbox, type OutboxOptions } from './outbox';

const logger = createLogger({
  service: 'test',
  level: 'error',
  format: 'json',
  stream: new PassThrough().resume(),
});

const open = (options: Partial<OutboxOptions<number>>) =>
  createOutbox<number>({
    name: 'test',
    deliver: () => Promise.resolve(),
    batchMax: 4,
    queueMax: 100,
    lingerMs: 1,
    retryMinMs: 1,
    retryMaxMs: 2,
    logger,
    ...options,
  });

afterEach(() => jest.useRealTimers());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('everything arrives once, in order, in bounded batches', async () => {
  const delivered: (readonly number[])[] = [];
  const outbox = open({
    deliver: (items) => {
      delivered.push(items);
      return Promise.resolve();
    },
  });
  for (const item of numbers(10)) expect(outbox.add(item)).toBe(true);
  await outbox.close(1_000);
  expect(delivered.flat()).toEqual(numbers(10));
  expect(Math.max(...delivered.map(({ length }) => length))).toBeLessThanOrEqual(4);
});

test('whoever added an item learns when it was taken, and not before', async () => {
  const events: string[] = [];
  let failures = 2;
  const outbox = open({
    deliver: (items) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new AppError('unavailable'));
      events.push(`delivered ${items.join()}`);
      return Promise.resolve();
    },
  });
  outbox.add(7, () => events.push('taken 7'));
  await outbox.close(5_000);
  expect(events).toEqual(['delivered 7', 'taken 7']);
});

test('what cannot be delivered now is tried again, without loss and in order', async () => {
  const delivered: number[] = [];
  let failures = 5;
  const outbox = open({
    deliver: (items) => {
      if (failures > 0) {
        failures -= 1;
        return Promise.reject(new AppError('unavailable'));
      }
      delivered.push(...items);
      return Promise.resolve();
    },
  });
  for (const item of numbers(9)) outbox.add(item);
  await outbox.close(5_000);
  expect(failures).toBe(0);
  expect(delivered).toEqual(numbers(9));
});

test('an item that the other side refuses for good does not hold up the others', async () => {
  const delivered: number[] = [];
  let dropped = 0;
  const outbox = open({
    deliver: (items) => {
      if (items.includes(5)) return Promise.reject(new AppError('invalid_request'));
      delivered.push(...items);
      return Promise.resolve();
    },
    onLost: (count) => {
      dropped += count;
    },
  });
  for (const item of numbers(10)) outbox.add(item);
  await outbox.close(5_000);
  expect(delivered).toEqual(numbers(10).filter((item) => item !== 5));
  expect(dropped).toBe(1);
});

test('a full one takes no more and says so', () => {
  const outbox = open({ queueMax: 2, deliver: () => new Promise(() => undefined) });
  expect([1, 2, 3].map((item) => outbox.add(item))).toEqual([true, true, false]);
  expect(outbox.full).toBe(true);
});

test('a close ends at its deadline although the other side never answers', async () => {
  const outbox = open({ deliver: () => new Promise(() => undefined) });
  outbox.add(1);
  await outbox.close(20);
  expect(outbox.full).toBe(false);
});

test('what has failed often is tried soon once the other side is known to be back, and not before', async () => {
  jest.useFakeTimers();
  let away = true;
  let tries = 0;
  const delivered: number[] = [];
  const outbox = open({
    deliver: (items) => {
      tries += 1;
      if (away) return Promise.reject(new AppError('unavailable'));
      delivered.push(...items);
      return Promise.resolve();
    },
    retryMinMs: 20,
    retryMaxMs: 60_000,
  });
  outbox.add(1);
  while (tries < 6) await jest.advanceTimersByTimeAsync(1);
  away = false;
  // The sixth pause is 320 ms at least.
  await jest.advanceTimersByTimeAsync(300);
  expect(delivered).toEqual([]);
  outbox.retrySoon();
  await jest.advanceTimersByTimeAsync(20);
  expect(delivered).toEqual([1]);
  await outbox.close(1_000);
});
