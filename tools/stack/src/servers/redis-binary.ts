import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ProcessRegistry, runToEnd } from '../process/child';
import { StackError, messageOf } from '../stack-error';

const run = promisify(execFile);

export type RedisBinary = { command: string; env: NodeJS.ProcessEnv };

export type FindRedisOptions = {
  env: NodeJS.ProcessEnv;
  /** Receives what apt-get prints. */
  logFile: string;
  registry?: ProcessRegistry | undefined;
  onNote?: ((note: string) => void) | undefined;
};

/** On every Debian machine, or needed only to run Redis as a system service. */
const NOT_UNPACKED = new Set([
  'libc6',
  'adduser',
  'lsb-base',
  'init-system-helpers',
  'sysvinit-utils',
  'procps',
]);

/**
 * `redis-server` of the PATH; else the distribution's package, unpacked (not installed: no root needed) once
 * per machine into the user's cache.
 */
export async function findRedis(options: FindRedisOptions): Promise<RedisBinary> {
  const { env, onNote } = options;
  const installed = onPath('redis-server', env['PATH']);
  if (installed && (await works({ command: installed, env: {} }))) return { command: installed, env: {} };

  const target = path.join(cacheFolder(env), `${distribution()}-${process.arch}`);
  if (await works(unpackedBinary(target))) return unpackedBinary(target);

  const advice =
    'Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), ' +
    'or set REDIS_URL to a Redis of your own.';
  if (!onPath('apt-get', env['PATH']) || !onPath('dpkg-deb', env['PATH'])) {
    throw new StackError('redis_missing', `redis-server was not found. ${advice}`);
  }
  onNote?.('redis-server is not installed: unpacking the package of the distribution into the cache (once).');
  try {
    await unpackPackages(target, options);
  } catch (cause) {
    throw new StackError(
      'redis_missing',
      `redis-server was not found, and its package could not be unpacked. ${advice}\n${messageOf(cause)}`,
      { cause },
    );
  }
  if (await works(unpackedBinary(target))) return unpackedBinary(target);
  throw new StackError('redis_missing', `The redis-server unpacked in ${target} does not run. ${advice}`);
}

/** Shared by all clones and homes of one user on the machine. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] ?? path.join(env['HOME'] ?? homedir(), '.cache');
  return path.join(cache, 'bigdata-api', 'redis');
}

/** A library set fits one release of one distribution only. */
function distribution(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}`;
}

function unpackedBinary(target: string): RedisBinary {
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => {
    const base = path.join(target, folder);
    if (!existsSync(base)) return [];
    const multiarch = readdirSync(base).filter((name) => name.includes('-linux-gnu'));
    return [base, ...multiarch.map((name) => path.join(base, name))];
  });
  return {
    command: path.join(target, 'usr/bin/redis-server'),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}

async function works({ command, env }: RedisBinary): Promise<boolean> {
  return run(command, ['--version'], { env, timeout: 10_000 }).then(
    ({ stdout }) => stdout.startsWith('Redis server'),
    () => false,
  );
}

/** Downloads and unpacks beside the target and renames, so that a target that is there is whole. */
async function unpackPackages(target: string, { env, logFile, registry }: FindRedisOptions): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.`);
  try {
    const debs = path.join(work, 'debs');
    for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'root']) {
      mkdirSync(path.join(work, folder), { recursive: true });
    }
    const step = (command: string, args: string[]) =>
      runToEnd({ name: command, command, args, env, cwd: debs, logFile, registry });
    const apt = (...args: string[]) => step('apt-get', ['-q', ...privateState(work), ...args]);
    await apt('update');
    await apt('download', 'redis-server', 'redis-tools');
    const libraries = new Set<string>();
    for (const deb of readdirSync(debs)) {
      for (const name of await dependencies(path.join(debs, deb))) libraries.add(name);
    }
    await apt('download', ...libraries);
    for (const deb of readdirSync(debs)) {
      await step('dpkg-deb', ['-x', path.join(debs, deb), path.join(work, 'root')]);
    }
    const unpacked = path.join(work, 'root');
    if (!(await works(unpackedBinary(unpacked)))) throw new Error('the unpacked redis-server does not run');
    rmSync(target, { recursive: true, force: true });
    renameSync(unpacked, target);
  } catch (error) {
    if (await works(unpackedBinary(target))) return; // another process was first
    throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** apt's lists, caches and locks in our own folder, and no change of user for the download. */
function privateState(work: string): string[] {
  const settings = [
    `Dir::State::Lists=${path.join(work, 'lists')}`,
    `Dir::Cache=${path.join(work, 'cache')}`,
    'Debug::NoLocking=1',
    `APT::Sandbox::User=${userName()}`,
    'Acquire::Languages=none',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'root'; // a uid without an account, as in some containers
  }
}

/** Names of the packages it needs, the first of alternatives, without those that are there anyway. */
async function dependencies(deb: string): Promise<string[]> {
  const { stdout } = await run('dpkg-deb', ['-f', deb, 'Depends']);
  return stdout
    .split(',')
    .map((entry) => /^\s*([a-z0-9.+-]+)/.exec(entry)?.[1] ?? '')
    .filter((name) => name !== '' && !name.startsWith('redis-') && !NOT_UNPACKED.has(name));
}

function onPath(program: string, searchPath = ''): string | undefined {
  return searchPath
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
