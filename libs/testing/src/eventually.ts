import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `check` until it returns without throwing, and gives its value. Past the deadline the last error
 * leaves, so that the test fails with the reason.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 15_000, intervalMs = 20 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await delay(intervalMs);
  }
}
