/**
 * Brings the ClickHouse schema up to date: `node migrate.js status|up|verify|sql [--json]`, with CLICKHOUSE_URL and
 * CLICKHOUSE_DATABASE, and CLICKHOUSE_CLUSTER on a cluster. Exits with 0 when that was done, with 1 when not. `verify` only reads, and fails while a
 * migration is pending: what waits for the schema runs it again until it does not. `sql` prints the statements and
 * connects to nothing.
 */
import {
  createDatabase,
  migrateUp,
  migrationStatements,
  type MigrationStatus,
  migrationStatus,
  nameTables,
  openClickHouse,
  verifyMigrations,
} from '@bigdata/clickhouse';
import { loadConfig, redact } from '@bigdata/platform';
import { clickhouseSettings, schemaSettings } from './config';

const REQUEST_TIMEOUT_MS = 60_000;

async function run(command: string | undefined): Promise<readonly MigrationStatus[]> {
  if (command !== 'status' && command !== 'up' && command !== 'verify') {
    throw new Error('usage: migrate.js status|up|verify|sql [--json]');
  }
  const {
    clickhouseUrl: url,
    clickhouseDatabase,
    clickhouseCluster: cluster,
  } = loadConfig(clickhouseSettings, process.env, process.cwd());
  const open = (database: string) =>
    openClickHouse({
      url,
      database,
      cluster,
      application: 'migrate',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      connectionsMax: 1,
    });
  const server = open('default');
  const clickhouse = open(clickhouseDatabase);
  try {
    if (command === 'verify') return await verifyMigrations(clickhouse);
    await createDatabase(server, clickhouseDatabase);
    if (command === 'up') await migrateUp(clickhouse);
    return await migrationStatus(clickhouse);
  } finally {
    await Promise.all([server.close(), clickhouse.close()]);
  }
}

function readStatements(): readonly string[] {
  const { clickhouseDatabase, clickhouseCluster } = loadConfig(schemaSettings, process.env, process.cwd());
  return migrationStatements(nameTables(clickhouseDatabase, clickhouseCluster));
}

function toTable(migrations: readonly MigrationStatus[]): string {
  return migrations
    .map(
      ({ id, name, applied }) =>
        `${String(id).padStart(4, '0')}  ${applied ? 'applied' : 'pending'}  ${name}\n`,
    )
    .join('');
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = args.find((arg) => !arg.startsWith('-'));
    if (command === 'sql') {
      const statements = readStatements();
      process.stdout.write(
        args.includes('--json') ? `${JSON.stringify({ statements })}\n` : `${statements.join(';\n\n')};\n`,
      );
      return 0;
    }
    const migrations = await run(command);
    process.stdout.write(
      args.includes('--json') ? `${JSON.stringify({ migrations })}\n` : toTable(migrations),
    );
    return command === 'verify' && migrations.some(({ applied }) => !applied) ? 1 : 0;
  } catch (error) {
    process.stderr.write(
      `migrate: ${String(redact(error instanceof Error ? error.message : String(error)))}\n`,
    );
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
