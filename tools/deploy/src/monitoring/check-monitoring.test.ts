import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMonitoringCheck } from './check-monitoring';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'monitoring-'));
  mkdirSync(path.join(root, 'deploy/monitoring/rules'), { recursive: true });
  writeFileSync(path.join(root, 'deploy/monitoring/rules/alerts.yml'), 'groups: []\n');
});
afterEach(() => rmSync(root, { recursive: true }));

/** Takes whatever does not hold the word. */
function withPromtool(refused: string): NodeJS.ProcessEnv {
  const program = path.join(root, 'promtool');
  writeFileSync(program, `#!/bin/sh\ncase "$*" in *${refused}*) echo "no: $*"; exit 1;; esac\n`);
  chmodSync(program, 0o755);
  return { PATH: `${root}:/usr/bin:/bin` };
}

test('without the tool the check is left out, and says how to get it', async () => {
  const outcome = await createMonitoringCheck({ root, env: { PATH: root } }).run();
  expect(outcome).toEqual({ kind: 'left-out', reason: 'promtool missing: apt-get install prometheus' });
});

test('what the tool takes passes, and what it refuses fails with its words', async () => {
  expect(await createMonitoringCheck({ root, env: withPromtool('nothing') }).run()).toMatchObject({
    kind: 'passed',
  });
  const outcome = await createMonitoringCheck({ root, env: withPromtool('alerts.yml') }).run();
  expect(outcome).toMatchObject({
    kind: 'failed',
    reasons: [expect.stringContaining('no: check rules')],
  });
});
