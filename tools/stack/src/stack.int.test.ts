import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFakeDist } from './fixtures/fake-dist';
import { queryPostgres } from './fixtures/postgres-client';
import { processesOf, until } from './fixtures/processes';
import { type StackRun, runCommand } from './fixtures/stack-run';
import { isAlive } from './process/process-identity';
import { workspaceRoot } from './workspace';

// The supervisor as built, on the real PostgreSQL and Redis; ClickHouse and the four services are stand-ins.
jest.setTimeout(120_000);

const MAIN = path.join(workspaceRoot(), 'dist/stack/main.js');

let folder: string;
let runs: StackRun[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stack-run-'));
  makeFakeDist(path.join(folder, 'dist'));
  runs = [];
});

afterEach(async () => {
  for (const { child } of runs) child.kill('SIGTERM');
  await Promise.all(runs.map(({ exit }) => exit));
  await noProcessLeft();
  rmSync(folder, { recursive: true, force: true });
});

const home = (name = 'home') => path.join(folder, name);
const traceFile = () => path.join(folder, 'trace');
const trace = () => (existsSync(traceFile()) ? readFileSync(traceFile(), 'utf8').trim().split('\n') : []);
const environment = (extra: Record<string, string> = {}) => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: process.getuid?.() === 0 ? '/root' : tmpdir(),
  GATEWAY_PORT: '0',
  BIGDATA_DIST: path.join(folder, 'dist'),
  FAKE_TRACE: traceFile(),
  ...extra,
});

function start(
  args: string[] = [],
  options: { env?: Record<string, string>; home?: string; ipc?: boolean } = {},
): StackRun {
  const run = runCommand([process.execPath, MAIN, ...args], {
    home: options.home ?? home(),
    env: environment(options.env),
    ipc: options.ipc ?? false,
  });
  runs.push(run);
  return run;
}

const stackFile = (of = home()) =>
  JSON.parse(readFileSync(path.join(of, 'stack.json'), 'utf8')) as {
    DATABASE_URL: string;
    CLICKHOUSE_URL: string;
    CLICKHOUSE_DATABASE: string;
    REDIS_URL: string;
    services: Record<string, { url: string; internal_port: number }>;
    pids: Record<string, number>;
  };

const noProcessLeft = () =>
  until(
    () => processesOf(folder).length === 0,
    () => `left: ${processesOf(folder).join(' ')}`,
    30_000,
  );

test('the first start migrates, starts in order, makes the demo user, loads the sample, queries, then announces', async () => {
  const run = start();
  const credentials = await run.ready();

  const events = trace();
  expect(events.slice(0, 2).sort()).toEqual(['migrate admin-service', 'migrate ingest-worker']);
  expect(events.slice(2, 4).sort()).toEqual(['start admin-service', 'start query-service']);
  expect(events.slice(4, 6).sort()).toEqual(['start gateway', 'start ingest-worker']);
  expect(events.slice(6)).toEqual([
    'gateway POST /v1/admin/users',
    'gateway PUT /v1/admin/ingest/files/sample-people.csv',
    'gateway POST /v1/admin/ingest/jobs',
    'gateway GET /v1/admin/ingest/jobs/j1',
    'gateway POST /v1/query',
  ]);

  expect(credentials.admin_key).toMatch(/^bd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
  expect(credentials.demo_key).toBe('bd_live_demo');
  expect((await fetch(`${credentials.gateway_url}/v1/me`)).status).toBe(200);
  expect(run.output()).toContain('X-Credits-Remaining: 9999');
  for (const file of ['credentials.json', 'stack.json', 'secrets.json']) {
    expect(statSync(path.join(home(), file)).mode & 0o777).toBe(0o600);
  }

  const { DATABASE_URL, CLICKHOUSE_URL, CLICKHOUSE_DATABASE, services, pids } = stackFile();
  expect(await queryPostgres(DATABASE_URL, 'SELECT 1')).toEqual(['1']);
  expect(CLICKHOUSE_URL).toMatch(/^http:\/\/default:[^@]+@127\.0\.0\.1:\d+$/);
  expect(CLICKHOUSE_DATABASE).toBe('bigdata');
  expect(services['gateway']?.url).toBe(credentials.gateway_url);
  const ready = await fetch(`http://127.0.0.1:${services['query-service']?.internal_port}/readyz`);
  expect(ready.status).toBe(200);
  expect(Object.values(pids).every(isAlive)).toBe(true);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops in reverse order, removes what announces the stack, exits 0 and leaves no process',
  async (signal) => {
    const run = start(['--no-sample']);
    await run.ready();
    const { watchdog = 0 } = stackFile().pids;
    const before = trace().length;
    run.child.kill(signal);
    expect(await run.exit).toEqual({ code: 0, signal: null });
    expect(trace().slice(before)).toEqual([
      'stop gateway',
      'stop ingest-worker',
      'stop query-service',
      'stop admin-service',
    ]);
    for (const file of ['credentials.json', 'stack.json', 'stack.lock']) {
      expect(existsSync(path.join(home(), file))).toBe(false);
    }
    expect(processesOf(folder)).toEqual([]);
    expect(isAlive(watchdog)).toBe(false);
    expect(readFileSync(path.join(home(), 'logs/postgres.log'), 'utf8')).toContain(
      'database system is shut down',
    );
  },
);

test('the same Ctrl-C twice, as npm hands it on, still stops in order', async () => {
  const run = start(['--no-sample']);
  await run.ready();
  run.child.kill('SIGINT');
  run.child.kill('SIGINT');
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(trace()).toContain('stop admin-service');
});

test('started again it keeps its data and keys, and neither makes the user nor loads the sample again', async () => {
  const first = start();
  const before = await first.ready();
  await queryPostgres(stackFile().DATABASE_URL, 'CREATE TABLE kept AS SELECT 17 AS x');
  first.child.kill('SIGINT');
  await first.exit;
  rmSync(traceFile());

  const second = start();
  const after = await second.ready();
  expect([after.admin_key, after.demo_key]).toEqual([before.admin_key, before.demo_key]);
  expect(await queryPostgres(stackFile().DATABASE_URL, 'SELECT x FROM kept')).toEqual(['17']);
  expect(trace().filter((event) => event.startsWith('gateway'))).toEqual([
    'gateway GET /v1/me',
    'gateway POST /v1/query',
  ]);
});

test('--fresh begins with an empty home, and leaves alone what the stack has not made', async () => {
  const first = start(['--no-sample']);
  const before = await first.ready();
  first.child.kill('SIGINT');
  await first.exit;
  writeFileSync(path.join(home(), 'notes.txt'), 'mine');

  const second = start(['--fresh', '--no-sample']);
  expect((await second.ready()).admin_key).not.toBe(before.admin_key);
  expect(readFileSync(path.join(home(), 'notes.txt'), 'utf8')).toBe('mine');
});

test('--no-sample loads nothing; a later start without it does', async () => {
  const first = start(['--no-sample']);
  await first.ready();
  expect(trace().some((event) => event.includes('ingest/'))).toBe(false);
  first.child.kill('SIGINT');
  await first.exit;
  await start().ready();
  expect(trace()).toContain('gateway POST /v1/admin/ingest/jobs');
});

test('after a kill -9 of the supervisor nothing is left, and the next start on the home works', async () => {
  const run = start(['--no-sample']);
  const before = await run.ready();
  const { watchdog = 0 } = stackFile().pids;
  run.child.kill('SIGKILL');
  await run.exit;

  const again = start(['--no-sample']); // at once, while the watchdog is still ending the servers
  expect((await again.ready()).admin_key).toBe(before.admin_key);
  expect(isAlive(watchdog)).toBe(false);
  again.child.kill('SIGKILL');
  await again.exit;
  await noProcessLeft();
  expect(trace().filter((event) => event === 'stop admin-service')).toHaveLength(2);
  expect(existsSync(path.join(home(), 'credentials.json'))).toBe(false);
});

test('a kill -9 while the servers are still starting leaves nothing either', async () => {
  const run = start();
  await until(
    () => existsSync(path.join(home(), 'logs/postgres.log')),
    () => run.output(),
  );
  run.child.kill('SIGKILL');
  await run.exit;
  await noProcessLeft();
});

test('Ctrl-C while the servers are still starting stops them', async () => {
  const run = start();
  await until(
    () => existsSync(path.join(home(), 'logs/postgres.log')),
    () => run.output(),
  );
  run.child.kill('SIGINT');
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(processesOf(folder)).toEqual([]);
});

test('a service that dies fails the stack: which, how, the end of its log; everything else is stopped', async () => {
  const run = start(['--no-sample']);
  await run.ready();
  await fetch(`${stackFile().services['query-service']?.url ?? ''}/crash`).catch(() => undefined);
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.output()).toMatch(/query-service died \(exit code 9\)[^]*query-service is out of ideas/);
  expect(trace()).toContain('stop gateway');
  expect(processesOf(folder)).toEqual([]);
});

test('a server that is killed fails the stack', async () => {
  const run = start(['--no-sample']);
  await run.ready();
  process.kill(stackFile().pids['redis'] ?? 0, 'SIGKILL');
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.output()).toContain('redis died (killed by SIGKILL)');
  expect(processesOf(folder)).toEqual([]);
});

test.each([
  ['admin-service', /admin-service ended before it was ready \(exit code 9\)[^]*cannot reach its database/],
  ['migrate ingest-worker', /migrate-clickhouse failed \(exit code 4\)[^]*fake migration of ingest-worker/],
])('when %s does not start, that is told with its log, and the servers are stopped', async (what, told) => {
  const run = start([], { env: { FAKE_FAIL: what } });
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.output()).toMatch(told);
  expect(existsSync(path.join(home(), 'credentials.json'))).toBe(false);
  expect(processesOf(folder)).toEqual([]);
});

test('a second stack on the same home is refused and does the first no harm', async () => {
  const first = start(['--no-sample']);
  const { gateway_url } = await first.ready();
  const second = start(['--fresh']);
  expect(await second.exit).toEqual({ code: 1, signal: null });
  expect(second.output()).toContain(`already runs on ${home()} (pid ${first.child.pid})`);
  expect((await fetch(`${gateway_url}/v1/me`)).status).toBe(200);
  expect(existsSync(path.join(home(), 'credentials.json'))).toBe(true);
});

test('two stacks run side by side on two homes', async () => {
  const first = start(['--no-sample']);
  const second = start(['--no-sample'], { home: home('other') });
  const [one, two] = await Promise.all([first.ready(), second.ready()]);
  expect(one.gateway_url).not.toBe(two.gateway_url);
  expect(one.admin_key).not.toBe(two.admin_key);
  const ports = (of: string) => Object.values(stackFile(of).services).map(({ url }) => url);
  expect(new Set([...ports(home()), ...ports(home('other'))]).size).toBe(8);
});

test('servers named in the environment are used, and not started', async () => {
  const first = start(['--no-sample']);
  await first.ready();
  const { DATABASE_URL, CLICKHOUSE_URL, REDIS_URL } = stackFile();
  const second = start(['--no-sample'], {
    home: home('other'),
    env: { DATABASE_URL, CLICKHOUSE_URL, REDIS_URL },
  });
  await second.ready();
  const found = stackFile(home('other'));
  expect(found).toMatchObject({ DATABASE_URL, CLICKHOUSE_URL, REDIS_URL });
  expect(Object.keys(found.pids).sort()).toEqual([
    'admin-service',
    'gateway',
    'ingest-worker',
    'query-service',
    'supervisor',
    'watchdog',
  ]);
});

test('a gateway port that is taken is told before anything starts', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => {
      resolve((holder.address() as { port: number }).port);
    });
  });
  try {
    const run = start([], { env: { GATEWAY_PORT: String(port) } });
    expect(await run.exit).toEqual({ code: 1, signal: null });
    expect(run.output()).toMatch(new RegExp(`Port ${port} of 127.0.0.1 is taken[^]*GATEWAY_PORT=`));
    expect(trace()).toEqual([]);
  } finally {
    holder.close();
  }
});

test('a parent with an IPC channel kills one process and starts it again where its clients know it', async () => {
  const run = start(['--no-sample'], { ipc: true });
  await run.ready();
  const before = stackFile();
  for (const [index, name] of ['redis', 'postgres', 'gateway'].entries()) {
    expect(await run.ask({ id: index * 2, type: 'kill', name, signal: 'SIGKILL' })).toBeNull();
    expect(isAlive(before.pids[name] ?? 0)).toBe(false);
    expect(await run.ask({ id: index * 2 + 1, type: 'restart', name })).toBeNull();
    expect(isAlive(stackFile().pids[name] ?? 0)).toBe(true);
  }
  const after = stackFile();
  expect([after.DATABASE_URL, after.REDIS_URL, after.services]).toEqual([
    before.DATABASE_URL,
    before.REDIS_URL,
    before.services,
  ]);
  expect(await run.ask({ id: 99, type: 'restart', name: 'nobody' })).toContain('no process nobody');

  run.child.disconnect();
  expect(await run.exit).toEqual({ code: 0, signal: null });
});
