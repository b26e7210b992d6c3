import { type Exchange } from './exchange';

/**
 * One stage of a request. It throws an AppError to refuse, calls `next` to let pass, and does after `next` what
 * follows from the outcome.
 */
export type Step = (exchange: Exchange, next: () => Promise<void>) => Promise<void>;

/** Runs the steps from the first; each decides whether the following ones run. */
export function runChain(steps: readonly Step[], exchange: Exchange): Promise<void> {
  const runFrom = (index: number): Promise<void> => {
    const step = steps[index];
    return step ? step(exchange, () => runFrom(index + 1)) : Promise.resolve();
  };
  return runFrom(0);
}
