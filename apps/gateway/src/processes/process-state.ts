/** What one process of the gateway tells the one that speaks for all of them, over their IPC channel. */
import { type Worker } from 'node:cluster';
import { type MetricsSnapshot, type Readiness } from '@bigdata/platform';

export interface ProcessState {
  readonly readiness: Readiness;
  readonly metrics: MetricsSnapshot;
}

/** Above the time that readiness gives each dependency. */
const ANSWER_TIMEOUT_MS = 4_000;

interface Question {
  readonly question: number;
}

interface Answer extends Question {
  readonly state: ProcessState;
}

/** The end of the channel that a process has: `process` itself. */
export interface ParentChannel {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  readonly send?: ((message: Answer) => unknown) | undefined;
}

/** Answers whenever it is asked. */
export function tellState(parent: ParentChannel, read: () => Promise<ProcessState>): void {
  parent.on('message', (message) => {
    if (!isQuestion(message)) return;
    // One that cannot be read is one that does not answer.
    void read().then(
      (state) => parent.send?.({ question: message.question, state }),
      () => undefined,
    );
  });
}

/** @returns the states of those that answer in time */
export function createAskStates(): (workers: readonly Worker[]) => Promise<readonly ProcessState[]> {
  let questions = 0;
  return async (workers) => {
    const states = await Promise.all(workers.map((worker) => ask(worker, (questions += 1))));
    return states.filter((state) => state !== null);
  };
}

function ask(worker: Worker, question: number): Promise<ProcessState | null> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      if (isQuestion(message) && message.question === question) settle((message as Answer).state);
    };
    const timer = setTimeout(() => settle(null), ANSWER_TIMEOUT_MS);
    const settle = (state: ProcessState | null): void => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      resolve(state);
    };
    worker.on('message', onMessage);
    if (worker.isConnected()) worker.send({ question } satisfies Question);
    else settle(null);
  });
}

function isQuestion(message: unknown): message is Question {
  return typeof message === 'object' && message !== null && 'question' in message;
}
