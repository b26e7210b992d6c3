import path from 'node:path';
import { StackError } from './stack-error';

export type StackOptions = {
  help: boolean;
  /** Begin with an empty home. */
  fresh: boolean;
  /** Load the sample file on the first start. */
  sample: boolean;
  /** Show every line the processes log, not only warnings and errors. */
  verbose: boolean;
  /** Absolute: holds all local state. */
  home: string;
  /** 0 picks a free one. */
  gatewayPort: number;
  /** Where the built programs are. */
  distDir: string;
  /** A script that starts services and migrations in the place of node (`BIGDATA_LAUNCHER`); null: node does. */
  launcher: string | null;
  /** More than 1: the embedded ClickHouse stands for a cluster of so many shards. */
  clickhouseShards: number;
  /** Servers that are there already; the others are started here. */
  external: { clickhouseUrl?: string; databaseUrl?: string; redisUrl?: string };
};

export const HELP = `npm start -- [options]

Starts ClickHouse, PostgreSQL, Redis and the four services on this machine.

  --fresh       begin with an empty home: all local data is removed
  --no-sample   load nothing on the first start
  --verbose     show everything the processes log
  --help        this text

Environment
  BIGDATA_HOME    where all local state is kept (default .bigdata)
  GATEWAY_PORT    port of the gateway (default 8080; 0 picks a free one)
  CLICKHOUSE_URL, DATABASE_URL, REDIS_URL
                  use that server instead of the embedded one
  CLICKHOUSE_CLUSTER
                  name of the cluster that CLICKHOUSE_URL is a server of
  CLICKHOUSE_SHARDS
                  let the embedded ClickHouse stand for a cluster of so many shards (1 to 16)
`;

const DEFAULT_GATEWAY_PORT = '8080';

export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv, root: string): StackOptions {
  const known = new Set(['--help', '-h', '--fresh', '--no-sample', '--verbose']);
  const unknown = args.find((arg) => !known.has(arg));
  if (unknown !== undefined) throw new StackError('bad_option', `Unknown option ${unknown}.\n\n${HELP}`);
  const has = (flag: string) => args.includes(flag);
  return {
    help: has('--help') || has('-h'),
    fresh: has('--fresh'),
    sample: !has('--no-sample'),
    verbose: has('--verbose'),
    home: path.resolve(root, env['BIGDATA_HOME'] ?? '.bigdata'),
    gatewayPort: parsePort(env['GATEWAY_PORT'] ?? DEFAULT_GATEWAY_PORT),
    distDir: path.resolve(root, env['BIGDATA_DIST'] ?? 'dist'),
    launcher: env['BIGDATA_LAUNCHER'] ?? null,
    clickhouseShards: parseShards(env['CLICKHOUSE_SHARDS'] ?? '1'),
    external: {
      ...(env['CLICKHOUSE_URL'] ? { clickhouseUrl: env['CLICKHOUSE_URL'] } : {}),
      ...(env['DATABASE_URL'] ? { databaseUrl: env['DATABASE_URL'] } : {}),
      ...(env['REDIS_URL'] ? { redisUrl: env['REDIS_URL'] } : {}),
    },
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StackError('bad_option', `GATEWAY_PORT must be a port, 0 to 65535, not "${text}".`);
}

function parseShards(text: string): number {
  const shards = Number(text);
  if (/^\d+$/.test(text) && shards >= 1 && shards <= 16) return shards;
  throw new StackError('bad_option', `CLICKHOUSE_SHARDS must be a number, 1 to 16, not "${text}".`);
}
