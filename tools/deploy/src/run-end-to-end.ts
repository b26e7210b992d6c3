import path from 'node:path';
import { runCommand } from './run-command';

/** The suite that goes from a file to a metered answer, on whatever the services run on. */
export const MAIN_JOB = 'e2e/src/main-job.test.ts';

/**
 * Runs an end-to-end suite on the built services.
 * @param suite its path from the root
 * @param env also of the stack that it starts
 * @returns what failed; nothing when all passed
 */
export async function runEndToEnd(
  root: string,
  suite: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const config = path.join(root, 'e2e', 'jest.config.cjs');
  try {
    await runCommand(process.execPath, [jest, '--config', config, '--runTestsByPath', suite], {
      cwd: root,
      env,
    });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
