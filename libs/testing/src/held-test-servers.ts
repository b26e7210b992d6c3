import { type TemporaryServers } from '@bigdata/stack';

/** jest loads setup and teardown as separate modules of one process: the global object carries the handle. */
const HOLDER = globalThis as { bigdataTestServers?: TemporaryServers };

export function holdTestServers(servers: TemporaryServers): void {
  HOLDER.bigdataTestServers = servers;
}

export async function releaseTestServers(): Promise<void> {
  await HOLDER.bigdataTestServers?.stop();
  delete HOLDER.bigdataTestServers;
}
