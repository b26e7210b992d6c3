import fs from 'node:fs';
import path from 'node:path';
import {
  ask,
  createDirectory,
  eventually,
  killLeftovers,
  post,
  startServer,
  tryStart,
} from './testing/spawned-server';

let directory: string;

beforeEach(() => {
  directory = createDirectory();
});

afterEach(() => {
  killLeftovers();
  fs.rmSync(directory, { recursive: true, force: true });
});

test.each([
  ['no directory', []],
  ['an unknown option', ['--dir', 'x', '--bogus']],
  ['a port that is none', ['--dir', 'x', '--port', '99999']],
  ['a password file that is not there', ['--dir', 'x', '--password-file', '/nowhere/at/all']],
])('%s is a usage error: exit code 2 and how to do it right', async (_what, args) => {
  expect(await tryStart(args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/usage: main\.js --dir/) as string,
  });
});

test('stops cleanly on SIGTERM and on SIGINT, and keeps its data', async () => {
  const first = await startServer(directory);
  await ask(first.url, 'CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a');
  await ask(first.url, 'INSERT INTO t VALUES (1)');
  expect(await first.stop('SIGTERM')).toBe(0);
  const second = await startServer(directory);
  expect(await ask(second.url, 'SELECT a FROM t')).toBe('1');
  expect(await second.stop('SIGINT')).toBe(0);
  await expect(fetch(`${second.url}/ping`)).rejects.toThrow();
});

test('running statements are finished before it stops; new ones are refused', async () => {
  const server = await startServer(directory);
  const slow = ask(server.url, 'SELECT sum(sleepEachRow(0.1)) FROM numbers(15)', { query_id: 'slow' });
  await eventually(async () =>
    expect(await ask(server.url, 'SELECT query_id FROM system.processes')).toContain('slow'),
  );
  const stopped = server.stop();
  expect(await slow).toBe('0');
  expect(await stopped).toBe(0);
});

test('what does not end by itself is cancelled after ten seconds, even when its client has stopped reading', async () => {
  const server = await startServer(directory);
  const response = await post(server.url, 'SELECT number FROM system.numbers');
  const endless = post(server.url, 'SELECT sum(number) FROM system.numbers', { query_id: 'endless' });
  await eventually(async () =>
    expect(await ask(server.url, 'SELECT query_id FROM system.processes')).toContain('endless'),
  );
  const started = Date.now();
  const stopped = server.stop();
  expect((await endless).headers.get('x-clickhouse-exception-code')).toBe('394');
  expect(await stopped).toBe(0);
  expect(Date.now() - started).toBeGreaterThan(9_000);
  await expect(response.text()).rejects.toThrow();
});

test('rows acknowledged before kill -9 are there after the next start, which the dead lock does not block', async () => {
  const first = await startServer(directory);
  await ask(first.url, 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a');
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await ask(first.url, `INSERT INTO t VALUES (${acknowledged})`);
      acknowledged += 1;
    }
  })().catch(() => undefined);
  await eventually(() => expect(acknowledged).toBeGreaterThan(20));
  expect(await first.stop('SIGKILL')).toBeNull();
  await writing;
  const second = await startServer(directory);
  const found = Number(await ask(second.url, `SELECT count() FROM t WHERE a < ${acknowledged}`));
  expect(found).toBe(acknowledged);
  expect(await second.stop()).toBe(0);
});

test('a second instance on the same directory is refused: exit code 3, and the message names the first', async () => {
  const first = await startServer(directory);
  const second = await tryStart(['--dir', directory]);
  expect(second).toMatchObject({ exitCode: 3 });
  expect('stderr' in second && second.stderr).toContain(directory);
  expect('stderr' in second && second.stderr).toContain(String(first.pid));
  expect(await ask(first.url, 'SELECT 1')).toBe('1');
  await first.stop();
});

test('of several started at once on a directory with a dead lock one gets it', async () => {
  const killed = await startServer(directory);
  await killed.stop('SIGKILL');
  const started = await Promise.all(Array.from({ length: 4 }, () => tryStart(['--dir', directory])));
  const alive = started.filter((server) => 'url' in server);
  const refused = started.filter((server) => 'exitCode' in server);
  expect([alive.length, refused.map((server) => server.exitCode)]).toEqual([1, [3, 3, 3]]);
  await Promise.all(alive.map((server) => server.stop()));
});

test('an address in use is exit code 1', async () => {
  const first = await startServer(directory);
  const { port } = new URL(first.url);
  const other = path.join(directory, 'other');
  expect(await tryStart(['--dir', other, '--port', port])).toMatchObject({ exitCode: 1 });
  await first.stop();
});

describe('user and password', () => {
  const basic = (user: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });

  test('are asked for in each of the ways ClickHouse knows', async () => {
    const file = path.join(directory, 'password');
    fs.writeFileSync(file, 'geheim:ß\n');
    const server = await startServer(directory, { args: ['--user', 'writer', '--password-file', file] });
    const status = async (parameters: Record<string, string>, headers: Record<string, string>) =>
      (await post(server.url, 'SELECT 1', parameters, { headers })).status;
    const good = [
      await status({}, basic('writer', 'geheim:ß')),
      await status({ user: 'writer', password: 'geheim:ß' }, {}),
    ];
    const bad = [
      await status({}, {}),
      await status({}, basic('writer', 'wrong')),
      await status({}, basic('default', 'geheim:ß')),
      await status({ user: 'writer' }, {}),
      await status({}, { 'X-ClickHouse-User': 'writer', 'X-ClickHouse-Key': 'wrong' }),
      await status({ user: 'writer', password: 'geheim:ß' }, basic('writer', 'geheim:ß')),
    ];
    expect([good, bad]).toEqual([
      [200, 200],
      [403, 403, 403, 403, 403, 403],
    ]);
    expect((await fetch(`${server.url}/ping`)).status).toBe(200);
    await server.stop();
  });

  test('the password may come from the environment, and by headers', async () => {
    const server = await startServer(directory, { env: { CLICKHOUSE_PASSWORD: 'secret' } });
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': 'secret' };
    expect((await post(server.url, 'SELECT 1', {}, { headers })).status).toBe(200);
    expect((await post(server.url, 'SELECT 1')).status).toBe(403);
    await server.stop();
  });
});

test('as many statements run at once as there are sessions, beyond the four threads Node starts with', async () => {
  const server = await startServer(directory, { args: ['--sessions', '12'] });
  const slow = Array.from({ length: 12 }, (_, index) =>
    post(server.url, 'SELECT sleepEachRow(0.1) FROM numbers(600) SETTINGS max_block_size = 1', {
      query_id: `slow ${index}`,
    }),
  );
  const kill = "KILL QUERY WHERE startsWith(query_id, 'slow ')";
  // KILL has slots of its own, so it can look on while all twelve are taken.
  await eventually(async () => expect((await ask(server.url, `${kill} TEST`)).split('\n')).toHaveLength(12));
  await ask(server.url, `${kill} ASYNC`);
  await Promise.all(slow);
  await server.stop();
});

test('stdout holds the one line that tells where it listens', async () => {
  const server = await startServer(directory, { args: ['--host', '127.0.0.1', '--port', '0'] });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(() => process.kill(server.pid, 0)).not.toThrow();
  await server.stop();
});
