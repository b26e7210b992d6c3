import fc from 'fast-check';
import { createUsedOnce } from './used-once';

test('an id is new once within the time that it is kept, however uses and time go by', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 150 }))),
      (uses) => {
        let nowMs = 0;
        const isUnused = createUsedOnce({ keepMs: 100, clockMs: () => nowMs });
        const usedMs = new Map<string, number>();
        for (const [id, pauseMs] of uses) {
          nowMs += pauseMs;
          const unused = isUnused(id);
          if (nowMs - (usedMs.get(id) ?? -Infinity) < 100) expect(unused).toBe(false);
          if (!usedMs.has(id)) expect(unused).toBe(true);
          if (unused) usedMs.set(id, nowMs);
        }
      },
    ),
  );
});

test('nothing is kept for longer than two generations, and no generation grows without bound', () => {
  let nowMs = 0;
  const isUnused = createUsedOnce({ keepMs: 100, clockMs: () => nowMs, idsMax: 2 });
  expect(['a', 'b', 'c', 'a'].map((id) => isUnused(id))).toEqual([true, true, true, false]);
  expect(['d', 'e', 'a'].map((id) => isUnused(id))).toEqual([true, true, true]);
  nowMs = 200;
  expect(isUnused('e')).toBe(true);
});
