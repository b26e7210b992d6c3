import fc from 'fast-check';
import { type CircuitState, createCircuitBreaker } from './circuit-breaker';

let nowMs = 0;
const states: CircuitState[] = [];
const create = () => {
  nowMs = 0;
  states.length = 0;
  return createCircuitBreaker({
    failuresMax: 3,
    pauseMinMs: 1_000,
    pauseMaxMs: 4_000,
    clockMs: () => nowMs,
    onState: (state) => states.push(state),
  });
};
const fail = (breaker: ReturnType<typeof create>, times: number) => {
  for (let i = 0; i < times; i += 1) breaker.enter()('failure');
};
const refused = expect.objectContaining({ code: 'unavailable' }) as Error;

test('failures in a row open it; a success between them, or a client that left, does not', () => {
  const breaker = create();
  fail(breaker, 2);
  breaker.enter()('success');
  fail(breaker, 2);
  breaker.enter()('unknown');
  expect(states).toEqual([]);
  fail(breaker, 1);
  expect(states).toEqual(['open']);
  expect(() => breaker.enter()).toThrow(refused);
});

test('after the pause one request alone tries, and its success closes it', () => {
  const breaker = create();
  fail(breaker, 3);
  nowMs = 1_000;
  const probe = breaker.enter();
  expect(() => breaker.enter()).toThrow(refused);
  probe('success');
  breaker.enter()('success');
  expect(states).toEqual(['open', 'half_open', 'closed']);
});

test('each failed try doubles the pause up to its bound, and says how long to wait', () => {
  const breaker = create();
  fail(breaker, 3);
  for (const pauseMs of [1_000, 2_000, 4_000, 4_000]) {
    expect(() => breaker.enter()).toThrow(expect.objectContaining({ retryAfterS: pauseMs / 1_000 }) as Error);
    nowMs += pauseMs - 1;
    expect(() => breaker.enter()).toThrow(refused);
    nowMs += 1;
    breaker.enter()('failure');
  }
});

test('a try whose client left lets the next one try at once', () => {
  const breaker = create();
  fail(breaker, 3);
  nowMs = 1_000;
  breaker.enter()('unknown');
  breaker.enter()('success');
  expect(states.at(-1)).toBe('closed');
});

test('requests that began before it opened change nothing once it is open', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('success', 'failure', 'unknown' as const)), (late) => {
      const breaker = create();
      const leaves = late.map(() => breaker.enter());
      fail(breaker, 3);
      for (const [index, outcome] of late.entries()) leaves[index]?.(outcome);
      expect(states).toEqual(['open']);
      nowMs = 999;
      expect(() => breaker.enter()).toThrow(refused);
    }),
  );
});
