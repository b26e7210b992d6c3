import fs from 'node:fs';
import path from 'node:path';
import { type ServerConfig } from './args';
import { EngineConnection, type StatementContext } from './engine-connection';
import { EnginePool } from './engine-pool';
import { Formats } from './formats';
import { createPipes } from './pipe-files';
import { clusterConfig, FIND_DISTRIBUTED, ShardFilters } from './shards';

/** Statements that must get through while every slot is taken: KILL QUERY. */
const CONTROL_SLOTS = 2;

/** Of a statement of our own: in no database of a client's. */
export const PLAIN: StatementContext = { database: undefined, settings: new Map(), parameters: new Map() };

/**
 * An acknowledged insert is on the disk, not only in the page cache: it survives a loss of power as well as kill -9.
 * BACKUP and RESTORE reach one folder and one disk, and nothing else of the machine.
 */
const configOf = (directory: string, cluster: string) => `<clickhouse>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
  <storage_configuration>
    <disks><backups><type>local</type><path>${escapeXml(path.resolve(directory, 'backup-disk'))}/</path></backups></disks>
  </storage_configuration>
  <backups>
    <allowed_disk>backups</allowed_disk>
    <allowed_path>${escapeXml(path.resolve(directory, 'backups'))}/</allowed_path>
  </backups>
  ${cluster}
</clickhouse>
`;

const escapeXml = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The engine with everything opened on it, in the order in which it must be closed. */
export type Engine = {
  readonly pool: EnginePool;
  readonly control: EnginePool;
  readonly connect: (isKept: boolean) => EngineConnection;
  readonly formats: Formats;
  readonly version: string;
  readonly timezone: string;
  /** Null unless the engine stands for a cluster. */
  readonly shardFilters: ShardFilters | null;
  /** Where a result may wait that must be whole before its headers leave. */
  readonly spoolDirectory: string;
};

export async function openEngine(config: ServerConfig): Promise<Engine> {
  const { directory, sessions, queueMax, shards } = config;
  const own = path.join(directory, 'embedded');
  const pipes = createPipes(path.join(own, 'pipes'), sessions);
  const spoolDirectory = path.join(own, 'spool');
  fs.rmSync(spoolDirectory, { recursive: true, force: true });
  fs.mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
  const configFile = path.join(own, 'config.xml');
  fs.mkdirSync(path.join(directory, 'backups'), { recursive: true, mode: 0o700 });
  fs.writeFileSync(configFile, configOf(directory, shards === 1 ? '' : clusterConfig(config)));
  const engineArgs = [
    `--config-file=${configFile}`,
    // clickhouse-local takes a bare expression for a SELECT; the server does not.
    '--implicit_select=0',
    // The front checks the statement's length: parameters, which it sends with SET, may have any.
    '--max_query_size=0',
  ];
  const connect = (isKept: boolean) => new EngineConnection(directory, engineArgs, isKept);
  const pool = new EnginePool(connect, pipes, queueMax);
  const noPipes = Array.from({ length: CONTROL_SLOTS }, () => ({ output: '', input: '' }));
  const control = new EnginePool(connect, noPipes, queueMax);
  const first = connect(false);
  const ask = async (sql: string) =>
    Buffer.from((await first.run(sql, PLAIN, 'TabSeparatedRaw')).body).toString('utf8');
  try {
    const [version = '', timezone = ''] = (await ask('SELECT version(), timezone()')).trim().split('\t');
    const shardFilters = shards === 1 ? null : new ShardFilters(shards, config.keeper !== null);
    for (const engine of shardFilters === null ? [] : (await ask(FIND_DISTRIBUTED)).split('\n')) {
      shardFilters?.learn(engine);
    }
    const formats = new Formats(await ask('SELECT name, content_type FROM system.formats WHERE is_output'));
    return { pool, control, connect, formats, version, timezone, shardFilters, spoolDirectory };
  } finally {
    first.close();
  }
}
