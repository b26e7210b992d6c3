/** Redis Cluster on this machine: three nodes with a third of the slots each, and a replica of the first of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, type RunningServer, startRedis } from '@bigdata/stack';
import { askRedis } from './ask-redis';
import { eventually } from './eventually';
import { inheritedEnvironment } from './test-environment';

const PASSWORD = 'of-this-cluster';
const NODE_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 40_000;
const SLOTS = 16_384;
const OWNERS = 3;

export interface TestRedisCluster {
  /** Of a node that stays when the first one is stopped. */
  readonly url: string;
  /** Those that own slots; the first has a replica, which takes over when that one is stopped. */
  readonly owners: readonly RunningServer[];
  /** Gives a slot of the second owner to the third, one key after the other. */
  moveSlot(slot: number): Promise<void>;
  /** Takes all nodes away, and gives them back with what they held. */
  away<T>(meanwhile: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<TestRedisCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bigdata-redis-cluster-'));
  const nodes: RunningServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const busPorts: number[] = [];
    for (let index = 0; index <= OWNERS; index += 1) {
      const busPort = await freePort();
      busPorts.push(busPort);
      nodes.push(await startNode({ dir: path.join(folder, String(index)), busPort }));
    }
    await join(nodes, busPorts);
    return {
      url: nodes[1]?.url ?? '',
      get owners() {
        return nodes.slice(0, OWNERS);
      },
      async moveSlot(slot) {
        const [, from, to] = nodes;
        if (from && to) await moveSlot(String(slot), from, to);
      },
      async away(meanwhile) {
        await Promise.all(nodes.map((node) => node.stop()));
        const given = await meanwhile();
        for (const [index, { port }] of nodes.entries()) {
          const dir = path.join(folder, String(index));
          nodes[index] = await startNode({ dir, busPort: busPorts[index] ?? 0, port });
        }
        await untilWell(nodes);
        return given;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface NodePlace {
  readonly dir: string;
  readonly busPort: number;
  readonly port?: number;
}

const startNode = ({ dir, busPort, port }: NodePlace): Promise<RunningServer> =>
  startRedis({
    dir,
    port,
    logFile: `${dir}.log`,
    password: PASSWORD,
    env: inheritedEnvironment(),
    settings: [
      'cluster-enabled yes',
      'cluster-config-file nodes.conf',
      `cluster-port ${busPort}`,
      `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
      `masterauth "${PASSWORD}"`,
    ],
  });

/** As `redis-cli --cluster create` does it. */
async function join(nodes: readonly RunningServer[], busPorts: readonly number[]): Promise<void> {
  const [first, ...others] = nodes;
  const replica = nodes[OWNERS];
  if (!first || !replica) throw new Error('no node was started');
  for (const [index, { url }] of nodes.entries()) {
    await askRedis(url, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    if (index >= OWNERS) continue;
    const [begin, end] = [index, index + 1].map((third) => Math.floor((third * SLOTS) / OWNERS));
    await askRedis(url, 'CLUSTER', 'ADDSLOTSRANGE', String(begin), String((end ?? 0) - 1));
  }
  for (const [index, { port }] of others.entries()) {
    await askRedis(first.url, 'CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPorts[index + 1] ?? 0));
  }
  await untilAnswers(replica.url, ['CLUSTER', 'REPLICATE', await idOf(first)], '+OK');
  await untilWell(nodes);
}

/** As `redis-cli --cluster reshard` does it. */
async function moveSlot(slot: string, from: RunningServer, to: RunningServer): Promise<void> {
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await askRedis(to.url, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
  await askRedis(from.url, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
  for (;;) {
    const key = /\$\d+\r\n(.*)/s.exec(await askRedis(from.url, 'CLUSTER', 'GETKEYSINSLOT', slot, '1'))?.[1];
    if (key === undefined) break;
    await askRedis(from.url, 'MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000', 'AUTH', PASSWORD);
  }
  for (const { url } of [to, from]) await askRedis(url, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId);
}

const idOf = async ({ url }: RunningServer): Promise<string> =>
  /\S{40}/.exec(await askRedis(url, 'CLUSTER', 'MYID'))?.[0] ?? '';

async function untilWell(nodes: readonly RunningServer[]): Promise<void> {
  for (const { url } of nodes) {
    await untilAnswers(url, ['CLUSTER', 'INFO'], 'cluster_state:ok');
    await untilAnswers(url, ['CLUSTER', 'INFO'], `cluster_known_nodes:${nodes.length}`);
  }
  await untilAnswers(nodes[OWNERS]?.url ?? '', ['INFO', 'replication'], 'master_link_status:up');
}

function untilAnswers(url: string, command: readonly string[], part: string): Promise<void> {
  return eventually(
    async () => {
      const text = await askRedis(url, ...command);
      if (!text.includes(part)) throw new Error(`the cluster is not ready: ${text}`);
    },
    { timeoutMs: READY_TIMEOUT_MS },
  );
}
