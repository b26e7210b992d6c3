/**
 * The gateway with everything on, in one process unless told otherwise, beside nginx as a bare proxy and the chain that
 * anyone would write first: the same upstream, the same load, by turns in one run.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateApiKey } from '@bigdata/models';
import { freePort, startTemporaryServers, workspaceRoot } from '@bigdata/stack';
import { type Benchmark, type Figure } from '../benchmark';
import { describeMachine } from '../system/machine';
import { readTreeCpuS } from '../system/process-usage';
import { type LoadOptions, type LoadResult } from './load/main';
import { findNginx, writeNginxConfig } from './nginx';

const CONNECTIONS = 32;
const ROUND_S = 3;
const ROUNDS = 3;
const UPSTREAM_MS = 5;
const READY_TIMEOUT_MS = 30_000;

type Contestant = {
  readonly name: string;
  readonly url: string;
  readonly pids: readonly number[];
  readonly key: string;
};
type Measured = LoadResult & { readonly rps: number; readonly cpuUs: number | null };

export const benchGateway: Benchmark = async ({ processes = 1, env, progress }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-bench-'));
  const children: ChildProcess[] = [];
  progress('starting the servers');
  const servers = await startTemporaryServers(env);
  try {
    const direct = await startUpstream(children);
    const ours = await startGateway(children, servers.urls, direct.port, processes);
    const typical = await startTypicalChain(children, servers.urls, direct.port);
    const nginx = await startNginx(children, folder, env, direct.port);
    const contestants = [direct, ...(nginx ? [nginx] : []), ours, typical];
    const best = await measureByTurns(contestants, progress);
    const added = await measureAdded(direct, ours, best.get('gateway')?.rps ?? 0, progress);
    return toResult(best, added, processes);
  } finally {
    for (const child of children) child.kill('SIGTERM');
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const entry = (name: string): string => path.join(__dirname, 'gateway', name, 'main.js');

const startUpstream = async (children: ChildProcess[]): Promise<Contestant & { port: number }> => {
  const port = await freePort();
  const child = fork(entry('upstream'), { env: { PORT: String(port) } });
  children.push(child);
  await untilMessage(child);
  return { name: 'upstream alone', url: `http://127.0.0.1:${port}`, pids: [child.pid ?? 0], key: '', port };
};

type Urls = Awaited<ReturnType<typeof startTemporaryServers>>['urls'];

const startGateway = async (
  children: ChildProcess[],
  urls: Urls,
  upstreamPort: number,
  processes: number,
): Promise<Contestant> => {
  const secret = (): string => randomBytes(32).toString('hex');
  const shared = { HTTP_HOST: '127.0.0.1', LOG_LEVEL: 'warn', LOG_FORMAT: 'json', NODE_ENV: 'production' };
  const secrets = { SERVICE_IDENTITY_SECRET: secret(), KEY_PEPPER: secret(), ERASURE_KEY: secret() };
  const [adminPort, gatewayPort] = [await freePort(), await freePort()];
  const service = async (
    name: string,
    args: readonly string[],
    own: NodeJS.ProcessEnv,
  ): Promise<ChildProcess> => {
    const file = path.join(workspaceRoot(), 'dist', name, args[0] ?? 'main.js');
    const internalPort = await freePort();
    return spawn(process.execPath, [file, ...args.slice(1)], {
      cwd: tmpdir(),
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...shared, ...secrets, INTERNAL_PORT: String(internalPort), ...own },
    });
  };
  const migration = await service('admin-service', ['migrate.js', 'up'], { DATABASE_URL: urls.databaseUrl });
  await new Promise((resolve) => migration.once('exit', resolve));
  const adminKey = generateApiKey(randomBytes).apiKey;
  const admin = await service('admin-service', [], {
    HTTP_PORT: String(adminPort),
    DATABASE_URL: urls.databaseUrl,
    REDIS_URL: urls.redisUrl,
    ADMIN_API_KEY: adminKey,
    INBOX_DIR: tmpdir(),
  });
  const gateway = await service('gateway', [], {
    HTTP_PORT: String(gatewayPort),
    QUERY_SERVICE_URL: `http://127.0.0.1:${upstreamPort}`,
    ADMIN_SERVICE_URL: `http://127.0.0.1:${adminPort}`,
    REDIS_URL: urls.redisUrl,
    GATEWAY_PROCESSES: String(processes),
    GATEWAY_PROCESSES_TOTAL: String(processes),
  });
  children.push(gateway, admin);
  const url = `http://127.0.0.1:${gatewayPort}`;
  const key = await untilAnswered(async () => createUser(url, adminKey));
  return { name: 'gateway', url, pids: [gateway.pid ?? 0], key };
};

/** A user whose limits and credits never end the run. */
const createUser = async (gatewayUrl: string, adminKey: string): Promise<string> => {
  const answer = await fetch(`${gatewayUrl}/v1/admin/users`, {
    method: 'POST',
    headers: { 'x-api-key': adminKey, 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', credits: 1_000_000_000, requests_per_minute: 1_000_000 }),
  });
  const { key } = (await answer.json()) as { key?: { api_key: string } };
  if (!key) throw new Error(`the gateway answered ${answer.status}`);
  return key.api_key;
};

const startTypicalChain = async (
  children: ChildProcess[],
  { databaseUrl, redisUrl }: Urls,
  upstreamPort: number,
): Promise<Contestant> => {
  const port = await freePort();
  const key = randomBytes(16).toString('hex');
  const child = fork(entry('typical-chain'), {
    env: {
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}`,
      API_KEY: key,
      NODE_ENV: 'production',
    },
  });
  children.push(child);
  await untilMessage(child);
  return { name: 'typical chain', url: `http://127.0.0.1:${port}`, pids: [child.pid ?? 0], key };
};

/** Null where nginx is not to be had. Its one worker is a child of the process that is started. */
const startNginx = async (
  children: ChildProcess[],
  folder: string,
  env: NodeJS.ProcessEnv,
  upstreamPort: number,
): Promise<Contestant | null> => {
  const binary = await findNginx(folder, env);
  if (binary === null) return null;
  const port = await freePort();
  const child = spawn(binary, ['-c', writeNginxConfig(folder, port, upstreamPort), '-p', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(async () => (await fetch(url)).arrayBuffer());
  const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  return { name: 'nginx', url, pids: workers, key: '' };
};

/** The best round of each: what else the machine does only ever makes a round slower. */
const measureByTurns = async (
  contestants: readonly Contestant[],
  progress: (line: string) => void,
): Promise<ReadonlyMap<string, Measured>> => {
  const best = new Map<string, Measured>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const measured = await measure(contestant, { path: '/v1/query', rate: null });
      progress(
        `${contestant.name}: ${Math.round(measured.rps)} requests/s${round === 0 ? ' (warming up)' : ''}`,
      );
      if (round > 0 && measured.rps > (best.get(contestant.name)?.rps ?? 0))
        best.set(contestant.name, measured);
    }
  }
  return best;
};

/** What the gateway adds to a service that takes its time, at a tenth of what it can do. */
const measureAdded = async (
  direct: Contestant,
  ours: Contestant,
  capacity: number,
  progress: (line: string) => void,
): Promise<{ readonly p50: number; readonly p99: number }> => {
  const load = { path: `/v1/query?after_ms=${UPSTREAM_MS}`, rate: Math.max(1, Math.round(capacity / 10)) };
  progress(`latency at ${load.rate} requests/s`);
  const added = { p50: Infinity, p99: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    const without = await measure(direct, load);
    const through = await measure(ours, load);
    added.p50 = Math.min(added.p50, through.p50_ms - without.p50_ms);
    added.p99 = Math.min(added.p99, through.p99_ms - without.p99_ms);
  }
  return added;
};

const measure = async (
  { url, pids, key }: Contestant,
  { path: target, rate }: { path: string; rate: number | null },
): Promise<Measured> => {
  const usage = () => pids.map(readTreeCpuS);
  const before = usage();
  const load = fork(entry('load'));
  const result = untilMessage(load) as Promise<LoadResult>;
  const headers = { 'content-type': 'application/json', ...(key === '' ? {} : { 'x-api-key': key }) };
  load.send({
    url: url + target,
    headers,
    connections: CONNECTIONS,
    seconds: ROUND_S,
    rate,
  } satisfies LoadOptions);
  const measured = await result;
  const total = secondsBetween(before, usage());
  return {
    ...measured,
    rps: measured.requests / measured.seconds,
    cpuUs: total === null ? null : (total * 1e6) / measured.requests,
  };
};

/** Null where the machine does not tell. */
const secondsBetween = (
  before: readonly (number | null)[],
  after: readonly (number | null)[],
): number | null =>
  [...before, ...after].includes(null)
    ? null
    : after.reduce<number>((sum, seconds, index) => sum + (seconds ?? 0) - (before[index] ?? 0), 0);

const toResult = (
  best: ReadonlyMap<string, Measured>,
  added: { readonly p50: number; readonly p99: number },
  processes: number,
): Awaited<ReturnType<Benchmark>> => {
  const ours = best.get('gateway');
  const ratioTo = (name: string): number | null => {
    const other = best.get(name);
    return ours && other ? rounded(ours.rps / other.rps, 3) : null;
  };
  const figureOf = (measured: Measured): Figure => ({
    rps: Math.round(measured.rps),
    p50_ms: rounded(measured.p50_ms, 2),
    p99_ms: rounded(measured.p99_ms, 2),
    cpu_us_per_request: measured.cpuUs === null ? null : Math.round(measured.cpuUs),
  });
  const contestants = Object.fromEntries(
    [...best].map(([name, measured]) => [name.replaceAll(' ', '_'), figureOf(measured)]),
  );
  const rows = [...best].map(([name, measured]) => [
    name,
    String(Math.round(measured.rps)),
    measured.p50_ms.toFixed(2),
    measured.p99_ms.toFixed(2),
    measured.cpuUs === null ? '–' : String(Math.round(measured.cpuUs)),
    ours ? (ours.rps / measured.rps).toFixed(2) : '–',
  ]);
  return {
    tables: [
      { head: ['behind', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs a request', 'gateway / this'], rows },
      {
        head: ['added to a service of 5 ms, at a tenth of capacity', 'ms'],
        rows: [
          ['p50', added.p50.toFixed(2)],
          ['p99', added.p99.toFixed(2)],
        ],
      },
    ],
    figures: {
      ...describeMachine(),
      processes,
      ...(ours ? (figureOf(ours) as Readonly<Record<string, Figure>>) : {}),
      ratio_to_nginx: ratioTo('nginx'),
      ratio_to_typical_chain: ratioTo('typical chain'),
      added_p50_ms: rounded(added.p50, 2),
      added_p99_ms: rounded(added.p99, 2),
      contestants,
    },
  };
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const untilMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });

/** Asks until there is an answer: services take a moment to open. */
const untilAnswered = async <T>(ask: () => Promise<T>): Promise<T> => {
  const untilMs = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};
