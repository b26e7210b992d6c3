import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServers, startWatchdog } from '@bigdata/stack';
import { type TestServers } from './test-environment';

export type RunningTestServers = TestServers & { stop(): Promise<void> };

/**
 * Starts the three servers with data in a temporary folder. `stop` ends them and removes the folder; a watchdog
 * ends them when this process is killed.
 */
export async function startTestServers(env: NodeJS.ProcessEnv): Promise<RunningTestServers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-test-'));
  const watchdog = startWatchdog();
  const password = () => randomBytes(18).toString('base64url');
  const release = async () => {
    await watchdog.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const servers = await startServers({
      dataDir: path.join(folder, 'data'),
      logDir: path.join(folder, 'logs'),
      passwords: { clickhouse: password(), postgres: password(), redis: password() },
      env,
      registry: watchdog,
    });
    const url = (name: 'clickhouse' | 'postgres' | 'redis') => servers.get(name)?.url ?? '';
    return {
      clickhouseUrl: url('clickhouse'),
      databaseUrl: url('postgres'),
      redisUrl: url('redis'),
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
