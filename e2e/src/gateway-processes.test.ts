/** The built gateway in several processes: one port, one set of metrics, and a process that dies is replaced. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, freePort } from '@bigdata/testing';
import { childrenOf } from './support/children-of';
import { ROOT, runBigdata } from './support/cli';

const PEPPER = randomBytes(32).toString('hex');
let apiKey: string;
let services: Server;
let gateway: ChildProcess;
let url: string;
let internalUrl: string;
/** Ends what waits at the service. */
let release = Promise.withResolvers<undefined>();
let waiting = 0;

/** admin-service and query-service, as far as a gateway asks them here. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  if (request.url === '/v1/me') {
    waiting += 1;
    await release.promise;
  }
  const answer = request.url === '/internal/keys/resolve' ? { key: resolvedKey() } : { ok: true };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
}

function resolvedKey() {
  return {
    ...{ id: apiKey.split('_')[2], user_id: '01890a5d-ac96-774b-bcce-b302099a8058', role: 'user' },
    hash: createHmac('sha256', PEPPER).update(apiKey).digest('hex'),
    ...{ scopes: null, allowed_addresses: null, fields: null, query_limits: null, prices: null },
    ...{ limits: [{ name: 'minute', limit: 1_000, window_s: 60 }], in_flight_max: null },
  };
}

beforeAll(async () => {
  apiKey = (await runBigdata(tmpdir(), ['keys', 'generate'])).stdout.trim();
  services = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(services, 'listening');
  const servicesUrl = `http://127.0.0.1:${(services.address() as AddressInfo).port}`;
  const [port, internalPort, noRedis] = [await freePort(), await freePort(), await freePort()];
  url = `http://127.0.0.1:${port}`;
  internalUrl = `http://127.0.0.1:${internalPort}`;
  gateway = spawn(process.execPath, [path.join(ROOT, 'dist/gateway/main.js')], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...{ HTTP_PORT: String(port), INTERNAL_PORT: String(internalPort), LOG_LEVEL: 'error' },
      ...{ QUERY_SERVICE_URL: servicesUrl, ADMIN_SERVICE_URL: servicesUrl },
      REDIS_URL: `redis://127.0.0.1:${noRedis}`,
      ...{ KEY_PEPPER: PEPPER, SERVICE_IDENTITY_SECRET: randomBytes(32).toString('hex') },
      GATEWAY_PROCESSES: '2',
    },
  });
  // Should the run of the tests end before it is stopped, it must not stay behind.
  process.on('exit', () => gateway.kill('SIGKILL'));
  await eventually(async () => expect((await fetch(`${internalUrl}/livez`)).status).toBe(200), {
    timeoutMs: 60_000,
  });
}, 90_000);

afterAll(async () => {
  if (gateway.exitCode === null) gateway.kill('SIGKILL');
  services.closeAllConnections();
  services.close();
  await once(services, 'close');
});

const me = (): Promise<Response> =>
  fetch(`${url}/v1/me`, { headers: { 'x-api-key': apiKey, connection: 'close' } });
const isAnswered = (signal: AbortSignal): Promise<boolean> =>
  fetch(`${url}/livez`, { headers: { connection: 'close' }, signal }).then(
    () => true,
    () => false,
  );
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${internalUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

test('the processes are ready when each of them is, and their metrics are summed', async () => {
  release.resolve(undefined);
  const ready = await fetch(`${internalUrl}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    {
      status: 'not_ready',
      checks: { redis: 'unavailable', 'admin-service': 'ok', 'query-service': 'ok' },
    },
  ]);
  const answers = await Promise.all(Array.from({ length: 10 }, me));
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
  await eventually(async () =>
    expect(await metric('http_request_duration_seconds_count{method="GET",route="/v1/me"')).toBe(10),
  );
});

test('a process that is killed is replaced, and the others go on meanwhile', async () => {
  const before = await childrenOf(gateway);
  expect(before).toHaveLength(2);
  const [victim = 0, survivor = 0] = before;
  process.kill(victim, 'SIGKILL');
  await eventually(async () => {
    const after = await childrenOf(gateway);
    expect(after).toHaveLength(2);
    expect(after).toContain(survivor);
    expect(after).not.toContain(victim);
  });
  await eventually(async () => expect(await metric('process_open_fds')).toBeGreaterThan(0));
  expect((await me()).status).toBe(200);
});

test('a stop lets every process finish what runs, answers nothing new, and leaves nothing behind', async () => {
  release = Promise.withResolvers();
  waiting = 0;
  const children = await childrenOf(gateway);
  const running = Array.from({ length: 4 }, me);
  await eventually(() => expect(waiting).toBe(4));
  const exited = once(gateway, 'exit');
  gateway.kill('SIGTERM');
  // One that comes in the instant in which the last process closes is kept by node:cluster, unanswered, until the end.
  await eventually(() => expect(isAnswered(AbortSignal.timeout(1_000))).resolves.toBe(false));
  release.resolve(undefined);
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await exited).toEqual([0, null]);
  for (const pid of children) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
