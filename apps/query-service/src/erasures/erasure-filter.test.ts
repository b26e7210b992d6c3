import { createErasureFilter } from './erasure-filter';

const HIDDEN = { additional_table_filters: 'some' };
const OPEN = {};

function filterOf(answers: readonly (boolean | Error)[]) {
  let nowMs = 10_000;
  let looks = 0;
  const filter = createErasureFilter({
    hiding: HIDDEN,
    clockMs: () => nowMs,
    look: () => {
      const answer = answers[Math.min(looks, answers.length - 1)]!;
      looks += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return {
    /** What a query gets after a pause, and the looks so far. */
    after: async (ms: number) => {
      nowMs += ms;
      const settings = filter();
      // The look that this started, if any, has ended.
      await new Promise(setImmediate);
      return settings;
    },
    looks: () => looks,
  };
}

test('hides until a look found nothing, and again when that look is a second old', async () => {
  const { after } = filterOf([false]);
  expect(await after(0)).toEqual(HIDDEN);
  expect(await after(10)).toEqual(OPEN);
  expect(await after(980)).toEqual(OPEN);
  // The query before began another look.
  expect(await after(900)).toEqual(OPEN);
  expect(await after(1_000)).toEqual(HIDDEN);
});

test('hides from the first look on that found rows to hide', async () => {
  const { after } = filterOf([false, true]);
  await after(0);
  expect(await after(600)).toEqual(OPEN);
  expect(await after(10)).toEqual(HIDDEN);
});

test('hides a second after the last good look when looking fails', async () => {
  const { after } = filterOf([false, new Error('away')]);
  await after(0);
  expect(await after(600)).toEqual(OPEN);
  expect(await after(399)).toEqual(OPEN);
  expect(await after(1)).toEqual(HIDDEN);
});

test('looks twice a second however many ask', async () => {
  const { after, looks } = filterOf([false]);
  for (let at = 0; at < 1_000; at += 10) await after(10);
  expect(looks()).toBe(2);
});
