/** Runs `npx bigdata` as an operator would. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { environmentOf } from './environment';

export const ROOT = path.resolve(__dirname, '../../..');

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param home BIGDATA_HOME of the stack whose credentials are used */
export function runBigdata(home: string, args: readonly string[]): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, 'node_modules/.bin/bigdata'), args, {
      cwd: ROOT,
      env: environmentOf(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
