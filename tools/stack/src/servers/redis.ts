import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { freePort } from '../net/free-port';
import { startChild } from '../process/child';
import { readLogFrom } from '../process/log-tail';
import { untilReady } from '../process/ready';
import { type RedisBinary, findRedis } from './redis-binary';
import { READY_TIMEOUT_MS, type RunningServer, type ServerOptions, toRunningServer } from './running-server';

const PROBE_TIMEOUT_MS = 2_000;
const PORT_TRIES = 3;

export type RedisOptions = ServerOptions & {
  /** PATH, HOME and XDG_CACHE_HOME decide which redis-server runs. */
  env: NodeJS.ProcessEnv;
  /** For tests: the program itself. */
  binary?: RedisBinary | undefined;
  onNote?: ((note: string) => void) | undefined;
};

/**
 * Starts Redis with its append-only file (synced every second) as the only persistence, and resolves once it
 * answers PING to the password.
 */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const { dir, logFile, password, registry, readyTimeoutMs = READY_TIMEOUT_MS } = options;
  const binary = options.binary ?? (await findRedis(options));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const child = await startChild({
      name: 'redis',
      command: binary.command,
      args: [writeConfig(dir, port, password)],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...binary.env },
      cwd: dir,
      logFile,
      stop: { signal: 'SIGTERM', deadlineMs: 10_000 },
      registry,
    });
    try {
      await untilReady(child, readyTimeoutMs, () => answersPing(port, password));
      return toRunningServer(child, `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`, port);
    } catch (error) {
      const log = await readLogFrom(child.logFile, child.logOffset);
      const portTaken = log.includes('Address already in use') && options.port === undefined;
      if (!portTaken || attempt >= PORT_TRIES) throw error;
    }
  }
}

/** In a file, because a password on the command line is there for every user of the machine to read. */
function writeConfig(dir: string, port: number, password: string): string {
  const file = path.join(dir, 'redis.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${JSON.stringify(dir)}`,
    `requirepass "${password}"`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
  ];
  writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o600 });
  return file;
}

async function answersPing(port: number, password: string): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(reason));
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => {
      fail('no answer to PING');
    });
    socket.once('error', (error) => {
      fail(error.message);
    });
    socket.once('close', () => {
      fail('connection closed without an answer');
    });
    socket.once('connect', () => {
      socket.write(
        `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n*1\r\n$4\r\nPING\r\n`,
      );
    });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (answer === '+OK\r\n+PONG\r\n') {
        socket.destroy();
        resolve(true);
      } else if (answer.includes('-')) {
        fail(answer.trim());
      }
    });
  });
}
