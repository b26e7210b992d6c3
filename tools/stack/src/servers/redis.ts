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
  /** For tests: further lines of redis.conf. */
  settings?: readonly string[] | undefined;
  /** For tests: the program itself. */
  binary?: RedisBinary | undefined;
  onNote?: ((note: string) => void) | undefined;
};

/**
 * Starts Redis with its append-only file (synced every second) as the only persistence, and resolves once it
 * answers PING to the password.
 */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const { dir, logFile, password, settings = [], registry, readyTimeoutMs = READY_TIMEOUT_MS } = options;
  const binary = options.binary ?? (await findRedis(options));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const child = await startChild({
      name: 'redis',
      command: binary.command,
      args: [writeConfig(dir, port, password, settings)],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...binary.env },
      cwd: dir,
      logFile,
      stop: { signal: 'SIGTERM', deadlineMs: 10_000 },
      registry,
    });
    try {
      await untilReady(child, readyTimeoutMs, () => answersPing(port, password, child.pid));
      return toRunningServer(child, `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`, port);
    } catch (error) {
      const log = await readLogFrom(child.logFile, child.logOffset);
      const portTaken = log.includes('Address already in use') && options.port === undefined;
      if (!portTaken || attempt >= PORT_TRIES) throw error;
    }
  }
}

/** In a file, because a password on the command line is there for every user of the machine to read. */
function writeConfig(dir: string, port: number, password: string, further: readonly string[]): string {
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
    ...further,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/**
 * Authenticates, pings, and asks for the process id: somebody else's Redis on the port would answer as well.
 */
async function answersPing(port: number, password: string, pid: number): Promise<true> {
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
    socket.once('end', () => {
      const ready = answer.startsWith('+OK\r\n+PONG\r\n') && answer.includes(`process_id:${pid}\r\n`);
      if (ready) resolve(true);
      else fail(`unexpected answer: ${answer.split('\r\n', 2).join(' ')}`);
    });
    socket.once('connect', () => {
      socket.write(encode('AUTH', password) + encode('PING') + encode('INFO', 'server') + encode('QUIT'));
    });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
  });
}

const encode = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
