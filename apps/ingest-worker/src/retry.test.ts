import { AppError } from '@bigdata/models';
import { createRetry } from './retry';

const never = new AbortController().signal;
const unavailable = (): AppError => new AppError('unavailable');

/** A clock that only the calls move. */
function setUp({ windowMs = 100, callMs = 10 } = {}) {
  let nowMs = 0;
  let calls = 0;
  const retry = createRetry({
    windowMs,
    firstPauseMs: 1,
    pauseMaxMs: 4,
    clockMs: () => nowMs,
    onRetry: () => undefined,
  });
  return {
    retry,
    calls: () => calls,
    failing: (times: number, error: () => Error) => () => {
      calls += 1;
      nowMs += callMs;
      return calls <= times ? Promise.reject(error()) : Promise.resolve('done');
    },
  };
}

test('an outage is waited out', async () => {
  const { retry, calls, failing } = setUp();
  expect(await retry(failing(3, unavailable), never)).toBe('done');
  expect(calls()).toBe(4);
});

test('an outage that is too long ends with its error, within the window', async () => {
  const { retry, calls, failing } = setUp({ windowMs: 35 });
  await expect(retry(failing(99, unavailable), never)).rejects.toMatchObject({ code: 'unavailable' });
  expect(calls()).toBe(4);
});

test('what waiting cannot mend is not repeated', async () => {
  for (const error of [new AppError('conflict'), new AppError('internal'), new TypeError('bug')]) {
    const { retry, calls, failing } = setUp();
    await expect(
      retry(
        failing(1, () => error),
        never,
      ),
    ).rejects.toBe(error);
    expect(calls()).toBe(1);
  }
});

test('an aborted signal ends the waiting with its reason', async () => {
  const abort = new AbortController();
  const reason = new Error('stopping');
  const retry = createRetry({
    windowMs: 1_000_000,
    firstPauseMs: 500_000,
    pauseMaxMs: 500_000,
    clockMs: () => 0,
    onRetry: () => setImmediate(() => abort.abort(reason)),
  });
  await expect(retry(() => Promise.reject(unavailable()), abort.signal)).rejects.toBe(reason);
});
