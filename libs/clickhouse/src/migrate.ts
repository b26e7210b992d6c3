/**
 * Brings the ClickHouse schema up to date. Safe to run twice and from two processes at once: every statement is
 * harmless when repeated and the ledger row of a migration is written after its statements.
 */
import { createHash } from 'node:crypto';
import { type ClickHouse } from './open-clickhouse';
import { MIGRATIONS } from './migrations';
import { type Migration } from './migrations/migration';

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
    query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
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
    for (const query of migration.statements) await clickhouse.client.command({ query });
    await clickhouse.client.insert({
      table: 'schema_migrations',
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

/** What a backup notes of the schema that it was taken of. */
export function migrationChecksums(): { id: number; checksum: string }[] {
  return MIGRATIONS.map((migration) => ({ id: migration.id, checksum: checksumOf(migration) }));
}

async function makeLedger(clickhouse: ClickHouse): Promise<void> {
  await clickhouse.client.command({ query: LEDGER });
}

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
