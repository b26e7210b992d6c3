import fc from 'fast-check';
import { createLocalLimiter } from './local-limiter';

const minute = (limit: number) => ({ name: 'minute', limit, window_s: 60 });
let nowMs = 0;
const clockMs = () => nowMs;

test('in no window more than the part of this process is admitted, whatever the arrivals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 15_000 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (gaps, limit, processes) => {
        nowMs = 1_000;
        const limiter = createLocalLimiter({ clockMs, processes });
        const admittedMs: number[] = [];
        for (const gapMs of gaps) {
          nowMs += gapMs;
          const { admitted } = await limiter.consume('u', [minute(limit)], null);
          if (admitted) admittedMs.push(nowMs);
        }
        const part = Math.max(1, Math.floor(limit / processes));
        for (const fromMs of admittedMs) {
          const within = admittedMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000);
          expect(within.length).toBeLessThanOrEqual(part);
        }
      },
    ),
  );
});

test('what one policy refuses takes nothing from the others, and capacity comes back', async () => {
  const limiter = createLocalLimiter({ clockMs, processes: 1 });
  const policies = [minute(2), { name: 'day', limit: 10, window_s: 86_400 }];
  await limiter.consume('u', policies, null);
  await limiter.consume('u', policies, null);
  const refused = await limiter.consume('u', policies, null);
  expect(refused).toMatchObject({ admitted: false, retryAfterS: 60 });
  expect(refused.policies.map(({ remaining }) => remaining)).toEqual([0, 8]);
  nowMs += 60_000;
  expect(await limiter.consume('u', policies, null)).toMatchObject({ admitted: true });
});

test('requests in flight are counted until they are released', async () => {
  const limiter = createLocalLimiter({ clockMs, processes: 1 });
  const begin = (id: string) => limiter.consume('u', [minute(100)], { id, max: 2 });
  await begin('a');
  expect(await begin('b')).toMatchObject({ admitted: true, inFlight: { max: 2, remaining: 0 } });
  expect(await begin('c')).toMatchObject({ admitted: false, policies: [{ remaining: 98 }] });
  await limiter.release('u', 'a');
  expect(await begin('c')).toMatchObject({ admitted: true });
});

test('memory is bounded: a user too many is refused until another is forgotten', async () => {
  const limiter = createLocalLimiter({ clockMs, processes: 1, usersMax: 2 });
  const consume = (userId: string) => limiter.consume(userId, [minute(1)], null);
  await consume('a');
  await consume('b');
  await expect(consume('c')).rejects.toMatchObject({ code: 'unavailable' });
  nowMs += 60_000;
  expect(await consume('c')).toMatchObject({ admitted: true });
});
