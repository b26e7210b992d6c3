import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { startChild } from '../process/child';
import { readLogFrom } from '../process/log-tail';
import { untilReady } from '../process/ready';
import { StackError } from '../stack-error';
import { workspaceRoot } from '../workspace';
import { READY_TIMEOUT_MS, type RunningServer, type ServerOptions, toRunningServer } from './running-server';

/** What the embedded ClickHouse calls the cluster that it stands for. */
export const EMBEDDED_CLUSTER = 'embedded';

const USER = 'default';
/** More than query-service runs statements at once by default, so that streams cannot hold up anything else. */
const SESSIONS = 96;
const PROBE_TIMEOUT_MS = 5_000;
const EXIT_DIRECTORY_LOCKED = 3;

export type ClickHouseOptions = ServerOptions & {
  /** The script that serves; default: the built tools/embedded-clickhouse. */
  entry?: string | undefined;
  /** Of the cluster `embedded` that it stands for. */
  shards?: number | undefined;
  /** Where it registers replicated tables, and as what. */
  keeper?: { address: string; replica: string } | undefined;
};

/** Starts the embedded ClickHouse and resolves once it answers a query with the password. */
export async function startClickHouse(options: ClickHouseOptions): Promise<RunningServer> {
  const { dir, logFile, password, registry, readyTimeoutMs = READY_TIMEOUT_MS } = options;
  const entry = options.entry ?? path.join(workspaceRoot(), 'dist/embedded-clickhouse/main.js');
  if (!existsSync(entry)) {
    throw new StackError('missing_file', `${entry} is missing: build it (npx nx build embedded-clickhouse).`);
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const child = await startChild({
    name: 'clickhouse',
    command: process.execPath,
    args: [
      entry,
      ...['--dir', dir],
      ...['--host', '127.0.0.1'],
      ...['--port', String(options.port ?? 0)],
      ...['--user', USER],
      ...['--sessions', String(SESSIONS)],
      ...['--shards', String(options.shards ?? 1)],
      ...(options.keeper ? ['--keeper', options.keeper.address, '--replica', options.keeper.replica] : []),
    ],
    env: { CLICKHOUSE_PASSWORD: password },
    logFile,
    stop: { signal: 'SIGTERM', deadlineMs: 20_000 },
    registry,
  });
  void child.exited; // a locked directory is told apart below
  const port = await untilReady(child, readyTimeoutMs, async () => {
    const found = listeningPort(await readLogFrom(logFile, child.logOffset));
    if (found === undefined) return undefined;
    const answer = await runProbe(found, password);
    return answer ? found : undefined;
  }).catch((error: unknown) => {
    if (child.exit()?.code !== EXIT_DIRECTORY_LOCKED) throw error;
    throw new StackError('home_in_use', `Another embedded ClickHouse holds ${dir}.`, { cause: error });
  });
  return toRunningServer(child, `http://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}`, port);
}

/** The port in the one line of JSON the server prints when it listens. */
function listeningPort(log: string): number | undefined {
  for (const line of log.split('\n')) {
    if (!line.startsWith('{') || !line.includes('"listening"')) continue;
    const event = JSON.parse(line) as { event?: string; url?: string };
    if (event.event === 'listening' && event.url) return Number(new URL(event.url).port);
  }
  return undefined;
}

async function runProbe(port: number, password: string): Promise<boolean> {
  const base = `http://127.0.0.1:${port}`;
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const ping = await fetch(`${base}/ping`, { signal });
  if (!ping.ok) throw new Error(`GET /ping: HTTP ${ping.status}`);
  const select = await fetch(`${base}/`, {
    method: 'POST',
    body: 'SELECT 1',
    headers: { 'X-ClickHouse-User': USER, 'X-ClickHouse-Key': password },
    signal,
  });
  const text = (await select.text()).trim();
  if (!select.ok || text !== '1') throw new Error(`SELECT 1: HTTP ${select.status} ${text}`);
  return true;
}
