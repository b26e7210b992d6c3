/** Alive: the event loop turns. Ready: every dependency of this very service answers now, and it is not stopping. */
import { AppError } from '@bigdata/models';

export type HealthCheck = () => Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or why not, for each dependency; no hosts, no secrets. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface Health {
  readiness(): Promise<Readiness>;
  /** From now on not ready: load balancers look away while running requests end. */
  drain(): void;
}

export function createHealth(checks: Readonly<Record<string, HealthCheck>>, timeoutMs = 2_000): Health {
  let draining = false;
  return {
    drain: () => {
      draining = true;
    },
    async readiness() {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => [
          name,
          await outcomeOf(check, timeoutMs),
        ]),
      );
      if (draining) results.push(['service', 'stopping']);
      return { ready: results.every(([, outcome]) => outcome === 'ok'), checks: Object.fromEntries(results) };
    },
  };
}

async function outcomeOf(check: HealthCheck, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), timeoutMs);
  });
  const answer = check().then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : 'failed'),
  );
  const outcome = await Promise.race([answer, timeout]);
  clearTimeout(timer);
  return outcome;
}
