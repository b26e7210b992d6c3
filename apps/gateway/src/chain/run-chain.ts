import { type Exchange } from './exchange';

/**
 * One stage of a request. It throws an AppError to refuse, calls `next` to let pass, and does after `next` what
 * follows from the outcome.
 */
export type Step = (exchange: Exchange, next: () => Promise<void>) => Promise<void>;

/** Runs the steps from the first; each decides whether the following ones run. */
export async function runChain(steps: readonly Step[], exchange: Exchange): Promise<void> {
  const runFrom = async (index: number): Promise<void> => {
    const step = steps[index];
    if (step) await step(exchange, () => runFrom(index + 1));
  };
  await runFrom(0);
}
