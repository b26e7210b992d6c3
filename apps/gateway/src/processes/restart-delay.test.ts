import { createRestartDelay } from './restart-delay';

describe('createRestartDelay', () => {
  const create = () => createRestartDelay({ minMs: 100, maxMs: 1_000, stableMs: 10_000 });

  it('doubles for a process that keeps dying young, up to the bound', () => {
    const delayMs = create();
    expect([1, 2, 3, 4, 5, 6].map((livedMs) => delayMs(livedMs))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('begins afresh after a process that lived long', () => {
    const delayMs = create();
    for (let i = 0; i < 5; i += 1) delayMs(1);
    expect(delayMs(10_000)).toBe(100);
    expect(delayMs(1)).toBe(200);
  });
});
