import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Check, type DeployContext, judged, leftOut } from '../check';
import { runCommand } from '../run-command';
import { isOnPath } from '../programs';

const FOLDER = 'deploy/monitoring';

/** What the rules and dashboards name is checked against the services' metrics by the workspace's own tests. */
export function createMonitoringCheck({ root, env }: Pick<DeployContext, 'root' | 'env'>): Check {
  return {
    name: 'monitoring',
    about: "Prometheus's own tool takes its configuration, its recorded ratios and its alerts",
    async run() {
      if (!isOnPath('promtool', env['PATH'] ?? '')) {
        return leftOut('promtool missing: apt-get install prometheus');
      }
      const folder = path.join(root, FOLDER);
      const rules = readdirSync(path.join(folder, 'rules')).map((name) => path.join(folder, 'rules', name));
      const problems = await Promise.all(
        [
          ['config', '--syntax-only', path.join(folder, 'prometheus.yml')],
          ['rules', ...rules],
        ].map(async (args) => {
          try {
            await runCommand('promtool', ['check', ...args], { env });
            return [];
          } catch (error) {
            return [error instanceof Error ? error.message : String(error)];
          }
        }),
      );
      return judged(problems.flat());
    },
  };
}
