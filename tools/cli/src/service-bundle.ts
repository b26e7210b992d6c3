/** Commands that are entries of a service's bundle, because the service alone may touch its store. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CliError } from './cli-error';
import { type Environment } from './connection';
import { type CommandContext } from './context';

/** Secrets of a local stack that its stores are of no use without. */
const LOCAL_SECRETS: Readonly<Record<string, string>> = { ERASURE_KEY: 'erasure_key' };

/** Not set where ClickHouse is one server. */
const OPTIONAL: ReadonlySet<string> = new Set(['CLICKHOUSE_CLUSTER']);

/**
 * The environment with what is named: as set, or that of a running local stack.
 * @throws CliError when one is neither
 */
export function storesOf({ home, env }: CommandContext, names: readonly string[]): Environment {
  const stack = readTexts(path.join(home, 'stack.json'));
  const secrets = readTexts(path.join(home, 'secrets.json'));
  const local = names.flatMap((name) => {
    const value = stack[name] ?? secrets[LOCAL_SECRETS[name] ?? ''];
    return value === undefined ? [] : [[name, value]];
  });
  const stores = { ...(Object.fromEntries(local) as Environment), ...env };
  const missing = names.filter((name) => stores[name] === undefined && !OPTIONAL.has(name));
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

/**
 * The same for an entry that answers with JSON.
 * @param input what it reads
 * @throws CliError when it failed, with its reason where it gave one; else that has been shown
 */
export function askServiceBundle(
  { root }: CommandContext,
  entry: string,
  args: readonly string[],
  env: Environment,
  input = '',
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'dist', entry), ...args], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
    // An entry that fails early does not read what it was given.
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(answer));
      else reject(new CliError(reasonIn(answer) ?? `${entry} ${args[0] ?? ''} failed (exit ${code}).`));
    });
  });
}

function reasonIn(answer: string): string | null {
  try {
    const { error } = JSON.parse(answer) as { error?: unknown };
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}

/** Members of a file of JSON that are texts; none when it is not there. */
function readTexts(file: string): Readonly<Record<string, string>> {
  let members: object;
  try {
    members = JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    return {};
  }
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
