import { AppError } from '@bigdata/models';
import { createRetry } from '../retry';
import { holdPiece, PieceLost } from './piece-lease';
import { NO_SPAN } from '@bigdata/platform';
import { type HeldPiece } from './work-control';

const PIECE: HeldPiece = { jobId: 'job', kind: 'range', range: 0, attempt: 1, span: NO_SPAN };
const HEARTBEAT_MS = 1_000;

function hold(beat: () => Promise<void>) {
  const clock = { ms: 0 };
  const stop = new AbortController();
  const retry = createRetry({
    windowMs: 0,
    firstPauseMs: 1,
    pauseMaxMs: 1,
    clockMs: () => clock.ms,
    onRetry: () => undefined,
  });
  const lease = holdPiece({
    control: { beat },
    piece: PIECE,
    retry,
    heartbeatMs: HEARTBEAT_MS,
    stopSignal: stop.signal,
    clockMs: () => clock.ms,
  });
  return { lease, clock, stop };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('while nothing is said a heartbeat is, and none after the end', async () => {
  let beats = 0;
  const { lease } = hold(() => Promise.resolve(void (beats += 1)));
  await jest.advanceTimersByTimeAsync(3 * HEARTBEAT_MS);
  expect(beats).toBe(3);
  await lease.end();
  await jest.advanceTimersByTimeAsync(3 * HEARTBEAT_MS);
  expect(beats).toBe(3);
});

test('calls about a piece go out one at a time, in order, and no heartbeat between them', async () => {
  const { lease } = hold(() => Promise.reject(new Error('a heartbeat beside a call')));
  const order: string[] = [];
  const first = lease.call(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2 * HEARTBEAT_MS));
    order.push('first');
  });
  const second = lease.call(() => Promise.resolve(void order.push('second')));
  await jest.advanceTimersByTimeAsync(2 * HEARTBEAT_MS);
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  await lease.end();
});

test('a refused call or heartbeat loses the piece', async () => {
  const refused = () => Promise.reject(new AppError('conflict'));
  const byCall = hold(() => Promise.resolve());
  await expect(byCall.lease.call(refused)).rejects.toBeInstanceOf(PieceLost);
  expect(byCall.lease.signal.reason).toBeInstanceOf(PieceLost);
  await byCall.lease.end();

  const byBeat = hold(refused);
  await jest.advanceTimersByTimeAsync(HEARTBEAT_MS);
  expect(byBeat.lease.signal.reason).toBeInstanceOf(PieceLost);
  await byBeat.lease.end();
});

test('a heartbeat that does not get through is no loss', async () => {
  const { lease } = hold(() => Promise.reject(new AppError('unavailable')));
  await jest.advanceTimersByTimeAsync(2 * HEARTBEAT_MS);
  expect(lease.signal.aborted).toBe(false);
  await lease.end();
});

test('a worker that was asleep asks before it writes, one that heard a moment ago does not', async () => {
  let beats = 0;
  const { lease, clock } = hold(() => {
    beats += 1;
    return beats === 1 ? Promise.resolve() : Promise.reject(new AppError('conflict'));
  });
  await lease.confirm();
  expect(beats).toBe(0);
  clock.ms = 3 * HEARTBEAT_MS;
  await lease.confirm();
  expect(beats).toBe(1);
  clock.ms = 6 * HEARTBEAT_MS;
  await expect(lease.confirm()).rejects.toBeInstanceOf(PieceLost);
  await lease.end();
});

test('a stopping worker ends what it holds', () => {
  const { lease, stop } = hold(() => Promise.resolve());
  stop.abort(new AppError('unavailable'));
  expect(lease.signal.aborted).toBe(true);
});
