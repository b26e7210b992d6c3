import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFakeDist } from '../fixtures/fake-dist';
import { queryPostgres } from '../fixtures/postgres-client';
import { processesOf } from '../fixtures/processes';
import { freePort } from '../net/free-port';
import { isAlive } from '../process/process-identity';
import { startClickHouse } from './clickhouse';
import { startPostgres } from './postgres';
import { startRedis } from './redis';
import { type RunningServer } from './running-server';

let folder: string;
let running: RunningServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stack-servers-'));
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
  expect(processesOf(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const options = (name: string, port?: number) => ({
  dir: path.join(folder, name),
  logFile: path.join(folder, `${name}.log`),
  password: 'pass/word with :@',
  port,
});
// The cache of redis-server is the machine's; nothing else of the environment matters.
const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: process.getuid?.() === 0 ? '/root' : tmpdir(),
};

const keep = (server: RunningServer): RunningServer => {
  running.push(server);
  return server;
};
const startRedisIn = async (port?: number) =>
  keep(await startRedis({ ...options('redis', port), env: environment }));
const startPostgresIn = async (port?: number) => keep(await startPostgres(options('postgres', port)));

const killed = async (server: RunningServer) => {
  server.signal('SIGKILL');
  await server.exited;
};

async function redisCommand(url: string, ...parts: string[]): Promise<string> {
  const { port, password } = new URL(url);
  const encode = (words: string[]) =>
    `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    let text = '';
    socket.once('error', reject);
    socket.write(encode(['AUTH', decodeURIComponent(password)]) + encode(parts) + encode(['QUIT']));
    socket.on('data', (data) => (text += data.toString()));
    socket.once('end', () => {
      resolve(text.split('\r\n').slice(1, -2).join(' '));
    });
  });
}

describe('PostgreSQL', () => {
  test('takes the password, commits durably, in UTF-8, and keeps its data over a stop and a kill -9', async () => {
    const first = await startPostgresIn();
    expect(await queryPostgres(first.url, 'SHOW fsync')).toEqual(['on']);
    expect(await queryPostgres(first.url, 'SHOW synchronous_commit')).toEqual(['on']);
    expect(await queryPostgres(first.url, "SELECT upper('é') || current_setting('server_encoding')")).toEqual(
      ['ÉUTF8'],
    );
    await queryPostgres(first.url, 'CREATE TABLE kept AS SELECT 17 AS x');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startPostgresIn(first.port);
    expect(second.url).toBe(first.url);
    await queryPostgres(second.url, 'INSERT INTO kept VALUES (18)');
    await killed(second);

    const third = await startPostgresIn(first.port);
    expect(await queryPostgres(third.url, 'SELECT x FROM kept ORDER BY x')).toEqual(['17', '18']);
  });

  test('refuses a wrong password', async () => {
    const server = await startPostgresIn();
    await expect(queryPostgres(server.url.replace('pass', 'fail'), 'SELECT 1')).rejects.toThrow(/28P01/);
  });

  test('listens on 127.0.0.1 only and makes no socket file', async () => {
    const server = await startPostgresIn();
    expect(await queryPostgres(server.url, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await queryPostgres(server.url, 'SHOW unix_socket_directories')).toEqual(['']);
    expect(existsSync(`/tmp/.s.PGSQL.${server.port}`)).toBe(false);
  });

  test('starts though the pid in a left pid file belongs to another process by now', async () => {
    const first = await startPostgresIn();
    await first.stop();
    writeFileSync(path.join(folder, 'postgres/data/postmaster.pid'), `${process.pid}\n`);
    const second = await startPostgresIn();
    expect(await queryPostgres(second.url, 'SELECT 1')).toEqual(['1']);
  });

  test('a second server on the same data is refused', async () => {
    await startPostgresIn();
    await expect(startPostgresIn()).rejects.toMatchObject({ code: 'home_in_use' });
  });

  test('a port that is taken is an error with the end of the log', async () => {
    const { port } = await startRedisIn();
    await expect(startPostgresIn(port)).rejects.toThrow(/could not bind[^]*Address already in use/);
  });
});

describe('Redis', () => {
  test('takes the password and keeps its data over a stop and a kill -9', async () => {
    const first = await startRedisIn();
    expect(await redisCommand(first.url, 'SET', 'kept', 'yes')).toContain('+OK');
    await first.stop();

    const second = await startRedisIn(first.port);
    expect(second.url).toBe(first.url);
    expect(await redisCommand(second.url, 'GET', 'kept')).toContain('yes');
    await redisCommand(second.url, 'SET', 'also', 'this'); // written to the file, if not synced, before the answer
    await killed(second);

    const third = await startRedisIn(first.port);
    expect(await redisCommand(third.url, 'GET', 'also')).toContain('this');
  });

  test('refuses a client without the password, and shows it to nobody on the command line', async () => {
    const server = await startRedisIn();
    expect(await redisCommand(server.url.replace('pass', 'fail'), 'PING')).toContain('NOAUTH');
    expect(statSync(path.join(folder, 'redis/redis.conf')).mode & 0o077).toBe(0);
  });

  test('a port that is taken is an error with the end of the log', async () => {
    const first = await startRedisIn();
    const again = startRedis({ ...options('redis-2', first.port), env: environment });
    await expect(again).rejects.toThrow(/Address already in use/);
  });

  test('without redis-server and without apt-get there is one clear instruction', async () => {
    const bare = { PATH: '/nowhere', HOME: folder, XDG_CACHE_HOME: path.join(folder, 'cache') };
    const attempt = startRedis({ ...options('redis'), env: bare });
    await expect(attempt).rejects.toMatchObject({
      code: 'redis_missing',
      message: expect.stringContaining('apt-get install redis-server') as string,
    });
  });
});

describe('ClickHouse', () => {
  const startFake = async (port?: number) => {
    makeFakeDist(path.join(folder, 'dist'));
    const entry = path.join(folder, 'dist/embedded-clickhouse/main.js');
    return keep(await startClickHouse({ ...options('clickhouse', port), entry }));
  };
  const inMode = (mode: string) => {
    mkdirSync(path.join(folder, 'clickhouse'), { recursive: true });
    writeFileSync(path.join(folder, 'clickhouse/mode'), mode);
  };

  test('is ready when a query with the password is answered, and keeps a given port', async () => {
    const port = await freePort();
    const server = await startFake(port);
    expect(server.port).toBe(port);
    const { username, password, origin } = new URL(server.url);
    const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`;
    const answer = await fetch(origin, { method: 'POST', body: 'SELECT 1', headers: { authorization } });
    expect(await answer.text()).toBe('1\n');
  });

  test('an end before it is ready is an error with its exit code and the end of its log', async () => {
    inMode('crash');
    await expect(startFake()).rejects.toThrow(/exit code 7[^]*the fake engine broke/);
  });

  test('a directory another one holds is told as such', async () => {
    inMode('locked');
    await expect(startFake()).rejects.toMatchObject({ code: 'home_in_use' });
  });
});
