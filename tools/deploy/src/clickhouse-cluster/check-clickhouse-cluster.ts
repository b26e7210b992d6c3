import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EMBEDDED_CLUSTER, type RunningServer, startClickHouse } from '@bigdata/stack';
import { z } from 'zod';
import { type Check, type DeployContext, judged, leftOut, type Outcome } from '../check';
import { runCommand } from '../run-command';
import { missingZooKeeper, startZooKeeper } from './zookeeper';

const DATABASE = 'bigdata';
const PASSWORD = 'of-this-check';
const REPLICAS = ['1', '2'] as const;

const statementsSchema = z.object({ statements: z.array(z.string()) });
const registeredSchema = z.array(
  z.object({
    table: z.string(),
    zookeeper_path: z.string(),
    replica_name: z.string(),
    total_replicas: z.int(),
  }),
);
type Registered = z.output<typeof registeredSchema>;

/**
 * ClickHouse compares the columns, the order and the settings of a table with what the first replica of it left in the
 * keeper, so a second that is taken was made by the same statement in every respect.
 */
export function createClickHouseClusterCheck({ root, env, print }: DeployContext): Check {
  return {
    name: 'clickhouse-cluster',
    about:
      'two replicas make the tables of the migrations, and a real ZooKeeper takes them for the same ones',
    async run() {
      const missing = missingZooKeeper(env);
      if (missing !== null) return leftOut(missing);
      const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-cluster-'));
      try {
        print('clickhouse-cluster: ZooKeeper and two replicas');
        return await withReplicas(folder, env, (replicas) => checkReplicas(root, env, replicas));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function withReplicas<T>(
  folder: string,
  env: NodeJS.ProcessEnv,
  work: (replicas: readonly RunningServer[]) => Promise<T>,
): Promise<T> {
  const keeper = await startZooKeeper(path.join(folder, 'zookeeper'), env);
  const replicas: RunningServer[] = [];
  try {
    for (const replica of REPLICAS) {
      replicas.push(
        await startClickHouse({
          dir: path.join(folder, `replica-${replica}`),
          logFile: path.join(folder, `replica-${replica}.log`),
          password: PASSWORD,
          shards: 2,
          keeper: { address: keeper.address, replica },
        }),
      );
    }
    return await work(replicas);
  } finally {
    for (const replica of replicas) await replica.stop();
    await keeper.stop();
  }
}

async function checkReplicas(
  root: string,
  env: NodeJS.ProcessEnv,
  replicas: readonly RunningServer[],
): Promise<Outcome> {
  const printed = await runCommand(
    process.execPath,
    [path.join(root, 'dist/ingest-worker/migrate.js'), 'sql', '--json'],
    { env: { ...env, CLICKHOUSE_DATABASE: DATABASE, CLICKHOUSE_CLUSTER: EMBEDDED_CLUSTER } },
  );
  const { statements } = statementsSchema.parse(JSON.parse(printed));
  // The others need replicas that talk to each other, which the engine cannot: they are tried on tables without any.
  const creating = statements.filter((statement) => statement.startsWith('CREATE '));
  const registered: Registered[] = [];
  for (const { url } of replicas) {
    await ask(url, `CREATE DATABASE ${DATABASE}`, 'default');
    for (const statement of creating) await ask(url, statement, DATABASE);
    const found = await ask(
      url,
      'SELECT table, zookeeper_path, replica_name, total_replicas FROM system.replicas ORDER BY table FORMAT JSON',
      DATABASE,
    );
    registered.push(registeredSchema.parse((JSON.parse(found) as { data: unknown }).data));
  }
  const tables = creating.flatMap(
    (statement) => /^CREATE TABLE IF NOT EXISTS (?:`\w+`\.)?(\w+)/.exec(statement)?.[1] ?? [],
  );
  return judged(
    findReplicaProblems(tables, registered),
    `${tables.length} tables, each with ${replicas.length} replicas`,
  );
}

/** @param registered what each replica says of its tables, the first one before there was another */
export function findReplicaProblems(tables: readonly string[], registered: readonly Registered[]): string[] {
  return tables.flatMap((table) => {
    const seen = registered.map((replica) => replica.find((each) => each.table === table));
    const problems = seen.flatMap((each, index) => {
      if (each === undefined) return [`replica ${index + 1} has no replicated table ${table}`];
      return [
        ...(each.replica_name === REPLICAS[index]
          ? []
          : [`${table} is replica ${each.replica_name} at ${index + 1}`]),
        ...(each.total_replicas === index + 1
          ? []
          : [`${table} has ${each.total_replicas} replicas when ${index + 1} made it`]),
      ];
    });
    const paths = new Set(seen.flatMap((each) => each?.zookeeper_path ?? []));
    return paths.size > 1 ? [...problems, `${table} lies in several places of the keeper`] : problems;
  });
}

/** @throws Error with what ClickHouse says */
async function ask(url: string, statement: string, database: string): Promise<string> {
  const { origin, username } = new URL(url);
  const response = await fetch(`${origin}/?database=${database}`, {
    method: 'POST',
    body: statement,
    headers: { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': PASSWORD },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${statement.slice(0, 200)}: ${text}`);
  return text;
}
