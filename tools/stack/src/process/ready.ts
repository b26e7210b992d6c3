import { setTimeout as delay } from 'node:timers/promises';
import { StackError, messageOf } from '../stack-error';
import { type Child, describeExit } from './child';
import { logTail } from './log-tail';

const PROBE_INTERVAL_MS = 20;

/**
 * Asks the probe until it gives a value, while the process lives and the deadline has not passed.
 * A probe that throws says why it is not ready yet; the last reason is part of the error.
 */
export async function untilReady<T>(
  child: Child,
  timeoutMs: number,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let reason = 'no answer';
  for (;;) {
    const exit = child.exit();
    if (exit !== null) throw await failure(child, `ended before it was ready (${describeExit(exit)})`);
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      reason = messageOf(error);
    }
    if (Date.now() > deadline) {
      await child.stop();
      throw await failure(child, `was not ready after ${Math.round(timeoutMs / 1000)} s (${reason})`);
    }
    await delay(PROBE_INTERVAL_MS);
  }
}

async function failure(child: Child, what: string): Promise<StackError> {
  const tail = await logTail(child.logFile, child.logOffset);
  return new StackError('server_failed', `${child.name} ${what}. The end of ${child.logFile}:\n${tail}`);
}
