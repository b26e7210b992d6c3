import fc from 'fast-check';
import { AppError } from '@bigdata/models';
import { JobFailure } from '../jobs/job-failure';
import { readAll } from '../test-support/read-all';
import { type ResumableRead, readResuming } from './resume-read';

const CONTENT = Buffer.from(Array.from({ length: 500 }, (_, index) => index % 251));
const POLICY = { idleTimeoutMs: 1_000, resumesMax: 3, progressBytes: 50, firstPauseMs: 0 };

const broken = (): AppError => new AppError('unavailable');

/** Gives what is behind `at` in chunks, and breaks after so many bytes; each opening takes the next fate. */
function bodies(breaks: readonly number[], chunkBytes = 7) {
  const opened: number[] = [];
  const fates = [...breaks];
  const open: ResumableRead['open'] = async function* (at) {
    opened.push(at);
    const left = fates.shift() ?? Infinity;
    const body = CONTENT.subarray(at, Math.min(CONTENT.length, at + left));
    for (let from = 0; from < body.length; from += chunkBytes) {
      yield await Promise.resolve(body.subarray(from, from + chunkBytes));
    }
    if (left !== Infinity) throw broken();
  };
  return { open, opened };
}

const read = (changes: Partial<ResumableRead> & Pick<ResumableRead, 'open'>) =>
  readResuming({
    start: 0,
    end: CONTENT.length,
    endsAnywhere: false,
    exact: false,
    policy: POLICY,
    signal: new AbortController().signal,
    ...changes,
  });

test('wherever it breaks, the bytes between start and end arrive once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(500),
      fc.nat(500),
      fc.array(fc.integer({ min: 50, max: 200 })),
      fc.integer({ min: 1, max: 80 }),
      async (start, end, breaks, chunkBytes) => {
        const { open } = bodies(breaks, chunkBytes);
        expect(await readAll(read({ start, end, open }))).toEqual(CONTENT.subarray(start, end));
      },
    ),
  );
});

test('the next request begins where the last one broke', async () => {
  const { open, opened } = bodies([60, 70]);
  await readAll(read({ start: 5, open }));
  expect(opened).toEqual([5, 65, 135]);
});

test('breaks in a row are bounded, and progress makes them forgotten', async () => {
  const few = bodies([60, 1, 1, 60, 1, 1]);
  expect(await readAll(read(few))).toEqual(CONTENT);
  const many = bodies([60, 1, 1, 1]);
  await expect(readAll(read(many))).rejects.toMatchObject({ code: 'unavailable' });
  expect(many.opened).toHaveLength(4);
});

test('a body that ends too early is a broken one, unless nobody knows where the source ends', async () => {
  const { open, opened } = bodies([]);
  await expect(readAll(read({ end: 600, open }))).rejects.toMatchObject({ code: 'unavailable' });
  expect(opened).toEqual([0, 500, 500, 500]);
  expect(await readAll(read({ end: 600, endsAnywhere: true, open }))).toEqual(CONTENT);
});

test('what no new request can mend ends the read at once', async () => {
  for (const error of [
    new JobFailure('source_changed', ''),
    new TypeError('a bug'),
    new AppError('internal'),
  ]) {
    let calls = 0;
    const open = (): AsyncIterable<Uint8Array> => {
      calls += 1;
      throw error;
    };
    await expect(readAll(read({ open }))).rejects.toBe(error);
    expect(calls).toBe(1);
  }
});

test('a stop ends the pause between two requests with its reason', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const open = (): AsyncIterable<Uint8Array> => {
    queueMicrotask(() => stop.abort(reason));
    throw broken();
  };
  const policy = { ...POLICY, firstPauseMs: 60_000 };
  await expect(readAll(read({ open, policy, signal: stop.signal }))).rejects.toBe(reason);
});
