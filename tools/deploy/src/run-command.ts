import { spawn } from 'node:child_process';

/** Enough of what a program said to see why it failed. */
const TAIL_LINES = 40;

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/**
 * Runs a program to its end.
 * @returns its standard output
 * @throws Error with the end of what it said when it does not exit with 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, cwd }: CommandOptions,
): Promise<string> {
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    said.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return Buffer.concat(output).toString('utf8');
  const lines = Buffer.concat(said).toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES);
  throw new Error([`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}:`, ...lines].join('\n'));
}
