import { type Check, judged, leftOut, type Outcome, passed } from './check';
import { runChecks } from './run-checks';

const check = (name: string, run: () => Promise<Outcome>): Check => ({ name, about: `about ${name}`, run });

async function run(...checks: readonly Check[]): Promise<{ failures: number; output: string }> {
  const lines: string[] = [];
  const failures = await runChecks(checks, (line) => lines.push(line));
  return { failures, output: lines.join('\n').replaceAll(/\d+\.\d s/g, 'T s') };
}

describe('runChecks', () => {
  it('prints a verdict for each check, with figures, reasons and what was left out', async () => {
    const { failures, output } = await run(
      check('one', async () => Promise.resolve(passed('12 objects'))),
      check('second', async () => Promise.resolve(judged(['a is wrong', 'b is missing']))),
      check('third', async () => Promise.resolve(leftOut('no buildah here'))),
    );
    expect(failures).toBe(1);
    expect(output).toBe(
      [
        'passed    one     about one (T s)',
        '            12 objects',
        'FAILED    second  about second (T s)',
        '            a is wrong',
        '            b is missing',
        'left out  third   about third (T s)',
        '            no buildah here',
        'check:deploy: 1 passed, 1 failed, 1 left out',
      ].join('\n'),
    );
  });

  it('takes a check that throws for failed, and goes on', async () => {
    const { failures, output } = await run(
      check('broken', async () => Promise.reject(new Error('no such file'))),
      check('sound', async () => Promise.resolve(judged([]))),
    );
    expect(failures).toBe(1);
    expect(output).toContain('no such file');
    expect(output).toContain('1 passed, 1 failed, 0 left out');
  });
});
