/**
 * Many callers, few calls: while a batch is on its way the next one gathers. Alone, a caller waits for
 * nothing but one turn of the event loop; under load a batch grows with the time a call takes, and the larger it is the
 * less each of its items costs. So others leave beside it only when it is slow, or when they are full.
 */
import { AppError } from '@bigdata/models';

export interface BatcherOptions<I, O> {
  /** Answers in the order of the items. A rejection rejects every caller of the batch. */
  readonly run: (items: readonly I[]) => Promise<readonly O[]>;
  readonly batchMax: number;
  readonly inFlightMax: number;
  /** After so long a batch is slow: what has gathered meanwhile no longer waits for it. */
  readonly patienceMs: number;
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
  patienceMs,
  queueMax,
}: BatcherOptions<I, O>): Batcher<I, O> {
  let queue: Waiting<I, O>[] = [];
  let inFlight = 0;
  let scheduled = false;
  /** Runs while the batch that left last is not slow. */
  let patience: NodeJS.Timeout | null = null;

  const endPatience = (): void => {
    if (patience) clearTimeout(patience);
    patience = null;
  };
  const mayLeave = (): boolean =>
    inFlight === 0 || (inFlight < inFlightMax && (patience === null || queue.length >= batchMax));

  const send = async (batch: readonly Waiting<I, O>[]): Promise<void> => {
    inFlight += 1;
    endPatience();
    patience = setTimeout(() => {
      patience = null;
      pump();
    }, patienceMs);
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
      if (inFlight === 0) endPatience();
      pump();
    }
  };

  const pump = (): void => {
    scheduled = false;
    while (queue.length > 0 && mayLeave()) {
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
      if (!scheduled && mayLeave()) {
        scheduled = true;
        setImmediate(pump);
      }
    });
}
