import path from 'node:path';
import { type ProcessRegistry } from '../process/child';
import { startClickHouse } from './clickhouse';
import { startPostgres } from './postgres';
import { startRedis } from './redis';
import { type RunningServer } from './running-server';

export type ServerName = 'clickhouse' | 'postgres' | 'redis';

export type StartServersOptions = {
  /** Each server keeps its data in a folder of its name in here. */
  dataDir: string;
  logDir: string;
  passwords: Record<ServerName, string>;
  env: NodeJS.ProcessEnv;
  registry?: ProcessRegistry | undefined;
  /** The servers to start; default: all three. */
  only?: readonly ServerName[];
  /** Another script to serve ClickHouse; for tests of the stack itself. */
  clickhouseEntry?: string | undefined;
  /** Of the cluster `embedded` that ClickHouse stands for; default: no cluster. */
  clickhouseShards?: number | undefined;
  onNote?: ((note: string) => void) | undefined;
};

/** Called again with a port, it starts the server where its clients know it. */
export type ServerStarter = (port?: number) => Promise<RunningServer>;

export function serverStarters(options: StartServersOptions): Record<ServerName, ServerStarter> {
  const { dataDir, logDir, passwords, env, registry, onNote } = options;
  const common = (name: ServerName, port?: number) => ({
    dir: path.join(dataDir, name),
    logFile: path.join(logDir, `${name}.log`),
    password: passwords[name],
    port,
    registry,
    onNote,
  });
  return {
    clickhouse: (port) =>
      startClickHouse({
        ...common('clickhouse', port),
        entry: options.clickhouseEntry,
        shards: options.clickhouseShards,
      }),
    postgres: (port) => startPostgres(common('postgres', port)),
    redis: (port) => startRedis({ ...common('redis', port), env }),
  };
}

/** Starts the servers side by side. When one fails, those that did start are stopped before the error leaves. */
export async function startServers(options: StartServersOptions): Promise<Map<ServerName, RunningServer>> {
  const starters = serverStarters(options);
  const names = options.only ?? (['clickhouse', 'postgres', 'redis'] as const);
  const results = await Promise.allSettled(names.map((name) => starters[name]()));
  const running = new Map<ServerName, RunningServer>();
  const failures: unknown[] = [];
  results.forEach((result, index) => {
    const name = names[index];
    if (result.status === 'rejected') failures.push(result.reason);
    else if (name) running.set(name, result.value);
  });
  if (failures.length === 0) return running;
  await Promise.all([...running.values()].map((server) => server.stop()));
  throw failures[0];
}
