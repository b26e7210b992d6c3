/**
 * Brings the ClickHouse schema up to date. Safe to run twice and from two processes at once: every statement is
 * harmless when repeated and the ledger row of a migration is written after its statements. On a cluster it is the same
 * migrations, each statement in its form there, and the tables that stand for all shards are made as the stored ones are.
 */
import { createHash } from 'node:crypto';
import {
  createSpreadTable,
  spreadTablesOf,
  type StoredColumn,
  toClusterStatement,
} from './cluster-statement';
import { type ClickHouse } from './open-clickhouse';
import { MIGRATIONS } from './migrations';
import { type Migration } from './migrations/migration';
import { SHARDED_TABLES, type Tables } from './tables';

export interface MigrationStatus {
  readonly id: number;
  readonly name: string;
  readonly applied: boolean;
}

const LEDGER = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  id UInt32,
  name String,
  checksum String,
  applied_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY id`;

/** @param server connected to the `default` database; `database` is created when it is missing */
export async function createDatabase(server: ClickHouse, database: string): Promise<void> {
  await server.client.command({
    query: `CREATE DATABASE IF NOT EXISTS {database:Identifier}${server.tables.onCluster}`,
    query_params: { database },
  });
}

export async function migrationStatus(clickhouse: ClickHouse): Promise<MigrationStatus[]> {
  await makeLedger(clickhouse);
  return verifyMigrations(clickhouse);
}

/** The same, but it only reads: for those who wait for a schema that others make. Fails while there is none. */
export async function verifyMigrations(clickhouse: ClickHouse): Promise<MigrationStatus[]> {
  const applied = await readLedger(clickhouse);
  return MIGRATIONS.map(({ id, name }) => ({ id, name, applied: applied.has(id) }));
}

/** @returns the migrations applied by this call */
export async function migrateUp(clickhouse: ClickHouse): Promise<MigrationStatus[]> {
  await makeLedger(clickhouse);
  // A restore brings what is stored, and nothing that stands for it.
  if (clickhouse.tables.cluster !== null) {
    for (const table of SHARDED_TABLES) await renewSpreadTables(clickhouse, table);
  }
  const applied = await readLedger(clickhouse);
  const done: MigrationStatus[] = [];
  for (const migration of MIGRATIONS) {
    const known = applied.get(migration.id);
    if (known !== undefined) {
      if (known !== checksumOf(migration)) {
        throw new Error(
          `migration ${migration.id} (${migration.name}) was changed after it had been applied`,
        );
      }
      continue;
    }
    for (const statement of migration.statements) await run(clickhouse, statement);
    await clickhouse.client.insert({
      table: clickhouse.tables.writes('schema_migrations'),
      format: 'JSONEachRow',
      values: [
        {
          id: migration.id,
          name: migration.name,
          checksum: checksumOf(migration),
          applied_at: new Date().toISOString().replace('T', ' ').replace('Z', ''),
        },
      ],
    });
    done.push({ id: migration.id, name: migration.name, applied: true });
  }
  return done;
}

/** The statements of all migrations, as they are sent: for reading them before. */
export function migrationStatements(tables: Tables): string[] {
  return [LEDGER, ...MIGRATIONS.flatMap(({ statements }) => statements)].map((statement) =>
    (tables.cluster === null ? statement : toClusterStatement(statement, tables).sql).trim(),
  );
}

/** What a backup notes of the schema that it was taken of. */
export function migrationChecksums(): { id: number; checksum: string }[] {
  return MIGRATIONS.map((migration) => ({ id: migration.id, checksum: checksumOf(migration) }));
}

async function makeLedger(clickhouse: ClickHouse): Promise<void> {
  await run(clickhouse, LEDGER);
}

async function run(clickhouse: ClickHouse, statement: string): Promise<void> {
  const { client, tables } = clickhouse;
  if (tables.cluster === null) {
    await client.command({ query: statement });
    return;
  }
  const { sql, changes } = toClusterStatement(statement, tables);
  await client.command({ query: sql });
  if (changes !== null) await renewSpreadTables(clickhouse, changes);
}

/** Makes what stands for the tables of all shards as these are. */
async function renewSpreadTables({ client, tables }: ClickHouse, table: string): Promise<void> {
  const readColumns = async (name: string): Promise<StoredColumn[]> => {
    const answer = await client.query({
      query: `SELECT name, type, default_kind FROM system.columns
WHERE database = {database:String} AND table = {name:String} ORDER BY position`,
      query_params: { database: tables.database, name },
      format: 'JSONEachRow',
    });
    return answer.json<StoredColumn>();
  };
  const stored = await readColumns(tables.stored(table));
  if (stored.length === 0) return;
  for (const spread of spreadTablesOf(table, stored)) {
    const there = await readColumns(spread.name);
    const how = there.length === 0 ? 'CREATE TABLE IF NOT EXISTS' : 'CREATE OR REPLACE TABLE';
    if (namesAndTypes(there) === namesAndTypes(spread.columns)) continue;
    await client.command({ query: createSpreadTable(how, spread, table, tables) });
  }
}

const namesAndTypes = (columns: readonly Pick<StoredColumn, 'name' | 'type'>[]): string =>
  JSON.stringify(columns.map(({ name, type }) => [name, type]));

async function readLedger(clickhouse: ClickHouse): Promise<Map<number, string>> {
  const answer = await clickhouse.client.query({
    query: 'SELECT id, checksum FROM schema_migrations FINAL',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ id: number; checksum: string }>();
  return new Map(rows.map(({ id, checksum }) => [id, checksum]));
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(JSON.stringify(migration.statements)).digest('hex');
}
