import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startWatchdog } from '../process/watchdog-client';
import { removePostgresData } from '../servers/postgres';
import { type ServerName, startServers } from '../servers/start-servers';

export type TemporaryServers = {
  /** With user and password, on 127.0.0.1. */
  urls: { clickhouseUrl: string; databaseUrl: string; redisUrl: string };
  /** Ends the servers and removes their data. */
  stop(): Promise<void>;
};

/**
 * Starts the three servers with data in a temporary folder; a watchdog ends them when this process is killed.
 * `clickhouseEntry` is for tests of the stack itself.
 */
export async function startTemporaryServers(
  env: NodeJS.ProcessEnv,
  clickhouseEntry?: string,
): Promise<TemporaryServers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-test-'));
  const dataDir = path.join(folder, 'data');
  const watchdog = startWatchdog();
  const password = () => randomBytes(18).toString('base64url');
  const release = async () => {
    await watchdog.close();
    removePostgresData(path.join(dataDir, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const servers = await startServers({
      dataDir,
      logDir: path.join(folder, 'logs'),
      passwords: { clickhouse: password(), postgres: password(), redis: password() },
      env,
      registry: watchdog,
      clickhouseEntry,
      // For tests that ask for a database on a cluster; to the others it makes no difference.
      clickhouseShards: 2,
    });
    const url = (name: ServerName) => servers.get(name)?.url ?? '';
    return {
      urls: { clickhouseUrl: url('clickhouse'), databaseUrl: url('postgres'), redisUrl: url('redis') },
      stop: async () => {
        await Promise.all([...servers.values()].map((server) => server.stop()));
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
