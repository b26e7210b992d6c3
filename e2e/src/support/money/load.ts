/** Many clients, each one request at a time, over all gateways. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Random } from '../random';
import { type Asker, type Attempt } from './attempts';
import { makeRequest, type PlannedRequest } from './requests';

export interface LoadOptions {
  readonly asker: Asker;
  readonly random: Random;
  readonly accounts: number;
  readonly gateways: number;
  readonly clients: number;
  /** Every client ends after a request once it says so. */
  readonly isOver: (attempts: number) => boolean;
}

/** A client that is refused for the time being does not ask again at once. */
const PAUSE_MS = 50;
/** A request with a key is given up after so many attempts: longer than any outage and any lease. */
const ATTEMPTS_MAX = 300;

export async function runLoad(options: LoadOptions): Promise<Attempt[]> {
  const { asker, random, accounts, gateways, clients, isOver } = options;
  const attempts: Attempt[] = [];
  let requests = 0;
  let asked = 0;

  const ask = async (planned: PlannedRequest, gateway: number): Promise<Attempt> => {
    asked += 1;
    const attempt = await asker.ask(planned, `money-${asked}`, gateway);
    attempts.push(attempt);
    if (isForNow(attempt)) await delay(PAUSE_MS);
    return attempt;
  };
  const askUntilAnswered = async (planned: PlannedRequest, first: number): Promise<void> => {
    // A client that went away once stays when it asks again.
    const patient = { ...planned, leavesAfterMs: null };
    let gateway = first;
    let together = planned.twice
      ? [ask(planned, gateway), ask(patient, (gateway + 1) % gateways)]
      : [ask(planned, gateway)];
    for (let tried = 1; ; tried += 1) {
      const ended = await Promise.all(together);
      if (tried === ATTEMPTS_MAX || ended.some((attempt) => isForGood(attempt))) return;
      gateway = (gateway + 1) % gateways;
      together = [ask(patient, gateway)];
    }
  };
  const client = async (): Promise<void> => {
    while (!isOver(asked)) {
      requests += 1;
      const planned = makeRequest(requests, accounts, random);
      const gateway = random.int(0, gateways - 1);
      if (planned.idempotencyKey === null) await ask(planned, gateway);
      else await askUntilAnswered(planned, gateway);
    }
  };
  await Promise.all(Array.from({ length: clients }, () => client()));
  return attempts;
}

/** Somebody is away or busy. */
function isForNow({ outcome }: Attempt): boolean {
  return (
    outcome.kind === 'unreached' || (outcome.kind === 'answered' && [409, 429, 503].includes(outcome.status))
  );
}

/** Asking again would change nothing. What the service answers wrong, it answers wrong every time. */
function isForGood({ outcome, planned }: Attempt): boolean {
  if (outcome.kind !== 'answered') return false;
  if (outcome.status < 300) return true;
  return planned.plan.answer === 'page' || planned.plan.answer === 'stream'
    ? outcome.status === 402 || outcome.status === 422
    : ![409, 429].includes(outcome.status);
}
