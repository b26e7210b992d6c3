/**
 * Many callers, few calls: while batches are on their way the next one gathers. Alone, a caller waits for
 * nothing but one turn of the event loop; under load a batch grows with the time a call takes.
 */
import { AppError } from '@bigdata/models';

export interface BatcherOptions<I, O> {
  /** Answers in the order of the items. A rejection rejects every caller of the batch. */
  readonly run: (items: readonly I[]) => Promise<readonly O[]>;
  readonly batchMax: number;
  readonly inFlightMax: number;
  /** Callers that may wait; one more is refused as `unavailable`, and its item was surely not sent. */
  readonly queueMax: number;
}

export type Batcher<I, O> = (item: I) => Promise<O>;

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (value: O) => void;
  readonly reject: (error: unknown) => void;
}

export function createBatcher<I, O>({
  run,
  batchMax,
  inFlightMax,
  queueMax,
}: BatcherOptions<I, O>): Batcher<I, O> {
  let queue: Waiting<I, O>[] = [];
  let inFlight = 0;
  let scheduled = false;

  const send = async (batch: readonly Waiting<I, O>[]): Promise<void> => {
    inFlight += 1;
    try {
      const answers = await run(batch.map(({ item }) => item));
      if (answers.length !== batch.length) {
        throw new AppError('upstream_failed', { context: { asked: batch.length, answered: answers.length } });
      }
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as O);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      inFlight -= 1;
      pump();
    }
  };

  const pump = (): void => {
    scheduled = false;
    while (inFlight < inFlightMax && queue.length > 0) {
      const batch = queue.slice(0, batchMax);
      queue = queue.slice(batchMax);
      void send(batch);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (queue.length >= queueMax) {
        reject(new AppError('unavailable', { context: { queued: queue.length } }));
        return;
      }
      queue.push({ item, resolve, reject });
      // After the poll phase: requests that arrived together go together.
      if (!scheduled && inFlight < inFlightMax) {
        scheduled = true;
        setImmediate(pump);
      }
    });
}
