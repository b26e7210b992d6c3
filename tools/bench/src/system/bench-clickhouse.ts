import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startClickHouse, startWatchdog } from '@bigdata/stack';

export type BenchClickHouse = {
  /** With user and password, on 127.0.0.1. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
};

/** The embedded ClickHouse as a process of its own with its data in `folder`; it ends with this process. */
export const startBenchClickHouse = async (folder: string): Promise<BenchClickHouse> => {
  mkdirSync(folder, { recursive: true });
  const watchdog = startWatchdog();
  try {
    const server = await startClickHouse({
      dir: path.join(folder, 'clickhouse'),
      logFile: path.join(folder, 'clickhouse.log'),
      password: randomBytes(18).toString('base64url'),
      registry: watchdog,
    });
    return {
      url: server.url,
      pid: server.pid,
      stop: async () => {
        await server.stop();
        await watchdog.close();
      },
    };
  } catch (error) {
    await watchdog.close();
    throw error;
  }
};
