/** `node migrate.js status|up [--json]`: shows or applies the migrations of DATABASE_URL. Exit code 0 or 1. */
import { failCommand, runDatabaseCommand } from './db/database-command';
import { listMigrations, migrateToLatest, type MigrationState } from './db/migrate-database';

const USAGE = 'usage: migrate status|up [--json]';

async function main(args: readonly string[]): Promise<number> {
  const [command = ''] = args.filter((arg) => !arg.startsWith('--'));
  const json = args.includes('--json');
  if (command !== 'status' && command !== 'up') return failCommand(USAGE, json);
  return runDatabaseCommand({
    name: 'migrate',
    env: process.env,
    json,
    work: async (db) => {
      const migrations = command === 'up' ? await migrateToLatest(db) : await listMigrations(db);
      return { json: { migrations }, text: toTable(migrations), ok: true };
    },
  });
}

function toTable(migrations: readonly MigrationState[]): string {
  const width = Math.max(...migrations.map(({ name }) => name.length));
  return migrations
    .map(({ name, applied_at }) => `${name.padEnd(width)}  ${applied_at ?? 'pending'}\n`)
    .join('');
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
