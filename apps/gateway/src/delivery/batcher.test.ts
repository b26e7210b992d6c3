import fc from 'fast-check';
import { createBatcher } from './batcher';

/** Batches that were sent, each with the means to answer it. */
function setUp(
  bounds: { batchMax?: number; inFlightMax?: number; patienceMs?: number; queueMax?: number } = {},
) {
  const sent: { items: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const batcher = createBatcher<number, number>({
    run: (items) =>
      new Promise((resolve, reject) => {
        sent.push({ items, answer: () => resolve(items.map((item) => item * 10)), fail: reject });
      }),
    batchMax: 3,
    inFlightMax: 2,
    patienceMs: 1_000,
    queueMax: 100,
    ...bounds,
  });
  return { sent, batcher };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what arrives together goes together, in batches of at most the bound, full ones two at a time', async () => {
  const { sent, batcher } = setUp();
  const answers = Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map(batcher));
  await turn();
  expect(sent.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  sent[1]!.answer();
  await turn();
  expect(sent[2]!.items).toEqual([7, 8, 9]);
  sent[0]!.answer();
  sent[2]!.answer();
  expect(await answers).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test('what is less than a batch gathers until the one under way is answered', async () => {
  const { sent, batcher } = setUp();
  const answers = [batcher(1)];
  await turn();
  answers.push(batcher(2));
  await turn();
  answers.push(batcher(3));
  await turn();
  expect(sent.map(({ items }) => items)).toEqual([[1]]);
  sent[0]!.answer();
  await turn();
  expect(sent[1]!.items).toEqual([2, 3]);
  sent[1]!.answer();
  expect(await Promise.all(answers)).toEqual([10, 20, 30]);
});

test('a batch that is slow holds up nobody but its own callers, as far as others may be under way', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  try {
    const { sent, batcher } = setUp({ patienceMs: 50 });
    const slow = batcher(1);
    await turn();
    const second = batcher(2);
    await turn();
    jest.advanceTimersByTime(49);
    expect(sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(sent[1]!.items).toEqual([2]);
    const third = batcher(3);
    jest.advanceTimersByTime(100);
    await turn();
    expect(sent).toHaveLength(2);
    sent[1]!.answer();
    expect(await second).toBe(20);
    await turn();
    expect(sent[2]!.items).toEqual([3]);
    sent[2]!.answer();
    sent[0]!.answer();
    expect(await Promise.all([slow, third])).toEqual([10, 30]);
  } finally {
    jest.useRealTimers();
  }
});

test('a batch that fails fails for its own callers only', async () => {
  const { sent, batcher } = setUp({ batchMax: 1 });
  const outcomes = Promise.allSettled([1, 2].map(batcher));
  await turn();
  sent[0]!.fail(new Error('away'));
  sent[1]!.answer();
  expect(await outcomes).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 20 }]);
});

test('a caller over the bound of the queue is refused at once', async () => {
  const { sent, batcher } = setUp({ queueMax: 1, inFlightMax: 1, batchMax: 1 });
  const first = batcher(1);
  await turn();
  const second = batcher(2);
  await expect(batcher(3)).rejects.toMatchObject({ code: 'unavailable' });
  sent[0]!.answer();
  await first;
  await turn();
  sent[1]!.answer();
  expect(await second).toBe(20);
});

test('too few answers are an error, never a caller left waiting', async () => {
  const batcher = createBatcher<number, number>({
    run: () => Promise.resolve([]),
    batchMax: 2,
    inFlightMax: 1,
    patienceMs: 1_000,
    queueMax: 2,
  });
  await expect(batcher(1)).rejects.toMatchObject({ code: 'upstream_failed' });
});

test('every caller gets its own answer, whatever the bounds and however they arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer(), { maxLength: 10 }), { maxLength: 10 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      async (groups, batchMax, inFlightMax) => {
        const batcher = createBatcher<number, string>({
          run: async (items) => {
            expect(items.length).toBeLessThanOrEqual(batchMax);
            await turn();
            return items.map(String);
          },
          batchMax,
          inFlightMax,
          patienceMs: 0,
          queueMax: 1_000,
        });
        const answers: Promise<string>[] = [];
        for (const group of groups) {
          answers.push(...group.map(batcher));
          await turn();
        }
        expect(await Promise.all(answers)).toEqual(groups.flat().map(String));
      },
    ),
    { numRuns: 50 },
  );
});
