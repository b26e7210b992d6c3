import path from 'node:path';
import { runCommand } from './run-command';

/** The suite that goes from a file to a metered answer, on whatever the services run on. */
export const MAIN_JOB = 'e2e/src/main-job.test.ts';

/**
 * Runs end-to-end suites on the built services.
 * @param suites paths from the root
 * @param env also of the stacks that they start
 * @returns what failed; nothing when all passed
 */
export async function runEndToEnd(
  root: string,
  suites: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const config = path.join(root, 'e2e', 'jest.config.cjs');
  try {
    await runCommand(
      process.execPath,
      [jest, '--config', config, '--runInBand', '--runTestsByPath', ...suites],
      {
        cwd: root,
        env,
      },
    );
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
