import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { freePort } from '../net/free-port';
import { type ChildOptions, runToEnd, startChild } from '../process/child';
import { readLogFrom } from '../process/log-tail';
import { isAlive } from '../process/process-identity';
import { untilReady } from '../process/ready';
import { StackError } from '../stack-error';
import {
  type Launcher,
  type PostgresPlace,
  choosePostgresPlace,
  giveTo,
  relocatedDir,
} from './postgres-account';
import { findPostgresBinaries } from './postgres-binaries';
import { READY_TIMEOUT_MS, type RunningServer, type ServerOptions, toRunningServer } from './running-server';

const USER = 'bigdata';
const DATABASE = 'bigdata';
const PROBE_TIMEOUT_MS = 2_000;
const PORT_TRIES = 3;
/** After a kill -9 the backends hold the shared memory for a moment longer than the postmaster lives. */
const SHARED_MEMORY_TRIES = 20;

export type PostgresOptions = ServerOptions & {
  /** For tests: where it runs and as whom. */
  place?: PostgresPlace | undefined;
  /** Told where the data is when it is not in `dir`. */
  onNote?: ((note: string) => void) | undefined;
};

/**
 * Starts PostgreSQL, with a database of its own and password authentication only, and resolves once it would
 * authenticate a client. Commits are durable (fsync and synchronous_commit on, the server's defaults).
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const place = options.place ?? choosePostgresPlace(options.dir, findPostgresBinaries());
  if (place.dir !== options.dir) {
    options.onNote?.(`PostgreSQL's data is in ${place.dir}: its account cannot reach ${options.dir}.`);
  }
  await createCluster(place, options);
  clearStalePid(place);

  const stop = { signal: 'SIGINT', deadlineMs: 20_000 } as const; // SIGINT: the fast shutdown
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const child = await startChild({
      ...program(place.launcher, place.binaries.postgres, serverArgs(place, port)),
      ...common(options),
      name: 'postgres',
      stop,
    });
    try {
      await untilReady(child, options.readyTimeoutMs ?? READY_TIMEOUT_MS, () =>
        isReady(place, child.pid, port),
      );
      const url = `postgres://${USER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${DATABASE}`;
      return toRunningServer(child, url, port);
    } catch (error) {
      const log = await readLogFrom(child.logFile, child.logOffset);
      const portTaken = log.includes('could not bind') && options.port === undefined && attempt < PORT_TRIES;
      const memoryHeld = log.includes('pre-existing shared memory block') && attempt < SHARED_MEMORY_TRIES;
      if (!portTaken && !memoryHeld) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** Removes the data, wherever it is kept. */
export function removePostgresData(dir: string): void {
  const relocated = relocatedDir(dir);
  if (relocated) rmSync(relocated, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

const dataDir = (place: PostgresPlace): string => path.join(place.dir, 'data');

const program = ({ wrap, uid, gid }: Launcher, command: string, args: string[]) => ({
  ...wrap(command, args),
  ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
});

/** Nothing of the caller's environment: PGDATA, PGPORT and the like would change the server. */
const common = ({
  logFile,
  registry,
}: PostgresOptions): Pick<ChildOptions, 'env' | 'cwd' | 'logFile' | 'registry'> => ({
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  cwd: '/',
  logFile,
  registry,
});

function serverArgs(place: PostgresPlace, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  };
  return [
    '-D',
    dataDir(place),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** Made beside its final place and renamed, so that a cluster that is there is whole. */
async function createCluster(place: PostgresPlace, options: PostgresOptions): Promise<void> {
  if (existsSync(dataDir(place))) return;
  const unfinished = path.join(place.dir, 'data.new');
  const passwordFile = path.join(place.dir, 'initdb.password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  giveTo(place.account, unfinished);
  giveTo(place.account, passwordFile);
  const cluster = ['-D', unfinished];
  try {
    await runToEnd({
      ...program(place.launcher, place.binaries.initdb, [
        ...cluster,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ]),
      ...common(options),
      name: 'postgres initdb',
    });
    await runToEnd({
      ...program(place.launcher, place.binaries.postgres, ['--single', ...cluster, 'postgres']),
      ...common(options),
      name: 'postgres create database',
      input: `CREATE DATABASE ${DATABASE}\n`,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dataDir(place));
}

/**
 * After a kill -9 the old pid file stays. PostgreSQL ignores it only while no process has that pid, and pids
 * come round again; so it is removed unless the process works in this very data directory.
 */
function clearStalePid(place: PostgresPlace): void {
  const file = path.join(dataDir(place), 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (isAlive(pid)) {
    const folder = workingFolder(pid);
    if (folder === undefined) return; // cannot tell: PostgreSQL decides
    if (folder === dataDir(place)) {
      throw new StackError('home_in_use', `PostgreSQL (pid ${pid}) already runs on ${dataDir(place)}.`);
    }
  }
  rmSync(file, { force: true });
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/**
 * The pid file names this very process and says `ready` (its eighth line), and the port answers: somebody
 * else's PostgreSQL on the port would answer as well.
 */
async function isReady(place: PostgresPlace, pid: number, port: number): Promise<true | undefined> {
  const lines = readIfAllowed(path.join(dataDir(place), 'postmaster.pid'))?.split('\n');
  if (lines && (Number(lines[0]) !== pid || lines[7]?.trim() !== 'ready')) return undefined;
  return answersStartup(port);
}

/** Undefined when this process may not look into the account's folder: a root without its usual capabilities. */
function readIfAllowed(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

/** Sends a real startup packet (protocol 3.0): ready when the answer asks for authentication. */
async function answersStartup(port: number): Promise<true> {
  const parameters = Buffer.from(`user\0${USER}\0database\0${DATABASE}\0\0`);
  const packet = Buffer.alloc(8 + parameters.length);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt32BE(3 << 16, 4);
  parameters.copy(packet, 8);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (finish: () => void) => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => {
      settle(() => {
        reject(new Error('no answer to a startup packet'));
      });
    });
    socket.once('connect', () => socket.write(packet));
    socket.once('error', (error) => {
      settle(() => {
        reject(error);
      });
    });
    socket.once('close', () => {
      reject(new Error('connection closed without an answer'));
    });
    socket.once('data', (data) => {
      settle(() => {
        if (data.toString('latin1', 0, 1) === 'R') resolve(true);
        else
          reject(
            new Error(
              data
                .toString('latin1')
                .replace(/[^\x20-\x7e]+/g, ' ')
                .trim(),
            ),
          );
      });
    });
  });
}
