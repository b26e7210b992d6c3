import { type RunningTestServers } from './running-test-servers';

/** jest loads setup and teardown as separate modules of one process: the global object carries the handle. */
const HOLDER = globalThis as { bigdataTestServers?: RunningTestServers };

export function holdTestServers(servers: RunningTestServers): void {
  HOLDER.bigdataTestServers = servers;
}

export async function releaseTestServers(): Promise<void> {
  await HOLDER.bigdataTestServers?.stop();
  delete HOLDER.bigdataTestServers;
}
