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
import { StackError, messageOf } from '../stack-error';

const run = promisify(execFile);

export type RedisBinary = { command: string; env: NodeJS.ProcessEnv };

export type FindRedisOptions = {
  env: NodeJS.ProcessEnv;
  onNote?: ((note: string) => void) | undefined;
};

const APT_TIMEOUT_MS = 180_000;
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
export async function findRedis({ env, onNote }: FindRedisOptions): Promise<RedisBinary> {
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
    await unpackPackages(target, env);
  } catch (cause) {
    throw new StackError(
      'redis_missing',
      `redis-server was not found, and its package could not be unpacked (${lastLine(cause)}). ${advice}`,
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
async function unpackPackages(target: string, env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.`);
  try {
    const debs = path.join(work, 'debs');
    for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'root']) {
      mkdirSync(path.join(work, folder), { recursive: true });
    }
    const apt = (...args: string[]) =>
      run('apt-get', ['-q', ...privateState(work), ...args], { cwd: debs, env, timeout: APT_TIMEOUT_MS });
    await apt('update');
    await apt('download', 'redis-server', 'redis-tools');
    const libraries = new Set<string>();
    for (const deb of readdirSync(debs)) {
      for (const name of await dependencies(path.join(debs, deb))) libraries.add(name);
    }
    await apt('download', ...libraries);
    for (const deb of readdirSync(debs)) {
      await run('dpkg-deb', ['-x', path.join(debs, deb), path.join(work, 'root')], { env });
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

const lastLine = (error: unknown): string => {
  const stderr = (error as { stderr?: unknown }).stderr;
  const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : messageOf(error);
  return text.trim().split('\n').at(-1) ?? '';
};
