/** The repository as the checks see it. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../../..');

/** Files that git tracks or would track, as paths from the root. */
export function listFiles(...patterns: string[]): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '');
}

/** The environment of a child that runs Nx: no daemon is left behind. */
export function quietNx(): NodeJS.ProcessEnv {
  return { ...process.env, NX_DAEMON: 'false' };
}

/** True when generated documents are to be written rather than compared. */
export function updatesGenerated(): boolean {
  return process.env['UPDATE_GENERATED'] === 'true';
}
