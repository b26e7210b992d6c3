import { eventually } from './eventually';

test('gives the value of the first call that does not throw', async () => {
  let calls = 0;
  const value = await eventually(
    () => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return calls;
    },
    { intervalMs: 1 },
  );
  expect(value).toBe(3);
});

test('fails with the last reason once the deadline has passed', async () => {
  let calls = 0;
  const attempt = eventually(
    () => {
      calls += 1;
      throw new Error(`reason ${calls}`);
    },
    { timeoutMs: 20, intervalMs: 1 },
  );
  await expect(attempt).rejects.toThrow(/^reason \d+$/);
  expect(calls).toBeGreaterThan(1);
});
