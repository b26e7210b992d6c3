/** Commands that are entries of a service's bundle, because the service alone may touch its store. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CliError } from './cli-error';
import { type Environment } from './connection';
import { type CommandContext } from './context';

/**
 * The environment with the stores that are named: as set, or those of a running local stack.
 * @throws CliError when one is neither
 */
export function storesOf({ home, env }: CommandContext, names: readonly string[]): Environment {
  const stores = { ...readStack(home, names), ...env };
  const missing = names.filter((name) => stores[name] === undefined);
  if (missing.length > 0) {
    throw new CliError(`${missing.join(' and ')} must be set, or a stack must be running (npm start).`);
  }
  return stores;
}

/** @param entry such as `admin-service/migrate.js` @returns its exit code */
export function runServiceBundle(
  { root }: CommandContext,
  entry: string,
  args: readonly string[],
  env: Environment,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'dist', entry), ...args], {
      env: env,
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readStack(home: string, names: readonly string[]): Environment {
  let stack: Record<string, unknown>;
  try {
    stack = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
  return Object.fromEntries(
    names.flatMap((name) => (typeof stack[name] === 'string' ? [[name, stack[name]]] : [])),
  );
}
