/** `node migrate.js status|up [--json]`: shows or applies the migrations of DATABASE_URL. Exit code 0 or 1. */
import { AppError } from '@bigdata/models';
import { ConfigError, createLogger, loadConfig } from '@bigdata/platform';
import { databaseUrl } from './config';
import { listMigrations, migrateToLatest, type MigrationState } from './db/migrate-database';
import { openDatabase } from './db/open-database';
import { sqlstateOf } from './db/postgres-errors';

const USAGE = 'usage: migrate status|up [--json]';
const DATABASE_MISSING = '3D000';

async function main(args: readonly string[]): Promise<number> {
  const [command = ''] = args.filter((arg) => !arg.startsWith('--'));
  const json = args.includes('--json');
  if (command !== 'status' && command !== 'up') return fail(USAGE, json);
  let url;
  try {
    url = loadConfig({ databaseUrl }, process.env, process.cwd()).databaseUrl;
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message, json);
    throw error;
  }
  const logger = createLogger({ service: 'migrate', level: 'warn', format: 'json', stream: process.stderr });
  const db = openDatabase({ url, connectionsMax: 2, logger, statementTimeoutMs: 0 });
  try {
    const migrations = command === 'up' ? await migrateToLatest(db) : await listMigrations(db);
    process.stdout.write(json ? `${JSON.stringify({ migrations })}\n` : toTable(migrations));
    return 0;
  } catch (error) {
    if (sqlstateOf(error) === DATABASE_MISSING) {
      const name = decodeURIComponent(new URL(url.reveal()).pathname.slice(1));
      return fail(
        `the database "${name}" does not exist: create it first, migrate makes only its tables`,
        json,
      );
    }
    if (error instanceof AppError && error.kind === 'unavailable') {
      return fail(`PostgreSQL is not available (${codeOf(error.cause)})`, json);
    }
    logger.error('migrate failed', { error });
    return fail('migrate failed, see the log line above', json);
  } finally {
    await db.destroy();
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
}

function fail(message: string, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  else process.stderr.write(`${message}\n`);
  return 1;
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
