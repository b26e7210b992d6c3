/** PgBouncer as Debian packages it, for the time of a check. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type Child, freePort, startChild, untilReady } from '@bigdata/stack';
import { isOnPath } from '../programs';

const READY_TIMEOUT_MS = 30_000;
/** Far fewer than callers, so that a connection goes from one to the other. */
export const POOL_SIZE = 3;
/** What admin-service sends when it connects: docs/cluster.md. */
const IGNORED = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

/** Why it cannot be started on this machine; null when it can. */
export function missingPgBouncer(env: NodeJS.ProcessEnv): string | null {
  if (isOnPath('pgbouncer', env['PATH'] ?? '')) return null;
  return 'PgBouncer missing: apt-get install pgbouncer';
}

export interface PgBouncer {
  /** As that of the server, with the pooler's address. */
  readonly url: string;
  /** How many connections were made to it so far. */
  clients(): number;
  stop(): Promise<void>;
}

/**
 * In transaction mode before one database.
 * @param folder for its configuration and its log; made if it is missing
 * @param serverUrl of the database, with user and password
 */
export async function startPgBouncer(
  folder: string,
  serverUrl: string,
  env: NodeJS.ProcessEnv,
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(serverUrl);
  const database = pathname.slice(1);
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, 'pgbouncer.ini');
  const users = path.join(folder, 'users.txt');
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '' },
    ...{ auth_type: 'scram-sha-256', auth_file: users },
    ...{ pool_mode: 'transaction', default_pool_size: POOL_SIZE, max_client_conn: 200 },
    ignore_startup_parameters: IGNORED.join(','),
  };
  writeFileSync(users, `"${username}" "${password}"\n`);
  writeFileSync(
    config,
    [
      '[databases]',
      `${database} = host=${hostname} port=${serverPort} dbname=${database}`,
      '[pgbouncer]',
      ...Object.entries(settings).map(([name, value]) => `${name} = ${String(value)}`),
    ].join('\n'),
  );
  // It does not run as root, and the account that it changes to reads these.
  for (const file of [folder, config, users]) chmodSync(file, 0o755);
  const child: Child = await startChild({
    name: 'pgbouncer',
    command: 'pgbouncer',
    args: [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), config],
    env,
    logFile: path.join(folder, 'pgbouncer.log'),
  });
  try {
    await untilReady(child, READY_TIMEOUT_MS, () => isListening(port));
  } catch (error) {
    await child.stop();
    throw error;
  }
  const url = new URL(serverUrl);
  url.port = String(port);
  return {
    url: url.href,
    clients: () => readFileSync(child.logFile, 'utf8').match(/login attempt: /g)?.length ?? 0,
    stop: () => child.stop(),
  };
}

/** @returns undefined while nobody does */
function isListening(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}
