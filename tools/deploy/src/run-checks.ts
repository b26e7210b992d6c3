/** Runs checks one after the other and prints what each found: a line of verdict, and a line for every reason. */
import { type Check, type Outcome } from './check';

/** @returns how many failed */
export async function runChecks(checks: readonly Check[], print: (line: string) => void): Promise<number> {
  const outcomes: Outcome[] = [];
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const check of checks) {
    const startedAt = performance.now();
    const outcome = await outcomeOf(check);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    outcomes.push(outcome);
    print(`${LABELS[outcome.kind]}  ${check.name.padEnd(width)}  ${check.about} (${seconds} s)`);
    for (const line of linesOf(outcome)) print(`${' '.repeat(12)}${line}`);
  }
  const count = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  print(`check:deploy: ${count('passed')} passed, ${count('failed')} failed, ${count('left-out')} left out`);
  return count('failed');
}

const LABELS = {
  passed: 'passed  ',
  failed: 'FAILED  ',
  'left-out': 'left out',
} as const satisfies Record<Outcome['kind'], string>;

/** A check that breaks has not passed. */
async function outcomeOf(check: Check): Promise<Outcome> {
  try {
    return await check.run();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', reasons: [text] };
  }
}

function linesOf(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'passed':
      return outcome.notes;
    case 'failed':
      return outcome.reasons;
    case 'left-out':
      return [outcome.reason];
  }
}
