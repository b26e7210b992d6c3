/**
 * Makes a database what it was when the backup was taken: the tables by the migrations it had, the rows by COPY in one
 * transaction, then the migrations that came since. Interrupted, it leaves tables without rows, and can be repeated.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import { AppError, MANIFEST_FILE, type PostgresBackup, postgresBackupSchema } from '@bigdata/models';
import { checkFiles } from '@bigdata/platform';
import { escapeIdentifier } from 'pg';
import { Migrator } from 'kysely/migration';
import { migrateToLatest } from '../db/migrate-database';
import { MIGRATIONS } from '../db/migrations';
import { type Database } from '../db/schema';
import { inTransaction } from '../db/transaction';
import { type CopyConnection } from './copy-connection';
import { addErasureJournal, EMPTY_JOURNAL, type ErasureJournal, readErasureJournal } from './erasure-journal';
import { readTables } from './schema-catalogue';

export interface RestoreOptions {
  readonly db: Database;
  readonly connection: CopyConnection;
  readonly folder: string;
  /** What the database holds now may be lost, except for its erasures. */
  readonly replace: boolean;
  /** Erasures that are younger than the backup. */
  readonly journal: ErasureJournal;
}

export interface RestoredDatabase {
  readonly backup: PostgresBackup;
  /** Erased identifiers that the backup did not know of. */
  readonly identifiersAdded: number;
}

/** @returns one line for each file that is not as the manifest says, none when the part is whole */
export async function checkDump(folder: string): Promise<{ backup: PostgresBackup; complaints: string[] }> {
  const backup = postgresBackupSchema.parse(
    JSON.parse(await readFile(path.join(folder, MANIFEST_FILE), 'utf8')),
  );
  return {
    backup,
    complaints: await checkFiles(
      folder,
      backup.tables.map(({ file }) => file),
    ),
  };
}

export async function restoreDatabase(options: RestoreOptions): Promise<RestoredDatabase> {
  const { db, connection, folder, replace } = options;
  const { backup, complaints } = await checkDump(folder);
  if (complaints.length > 0) throw refused(`the backup is damaged: ${complaints.join('; ')}`);
  const unknown = backup.migrations.filter((name) => !(name in MIGRATIONS));
  if (unknown.length > 0) {
    throw refused(`the backup is of a later version, which had the migrations ${unknown.join(', ')}`);
  }
  const filled = await findFilledTables(connection);
  if (filled.length > 0 && !replace) {
    throw refused(`the database is not empty (${filled.join(', ')}): restore into another, or replace it`);
  }
  const own = filled.includes('erasures') ? await readErasureJournal(db) : EMPTY_JOURNAL;
  await connection.inTransaction('READ COMMITTED', () => dropEverything(connection));
  await migrateTo(db, backup.migrations.at(-1));
  await connection.inTransaction('READ COMMITTED', () => load(connection, backup, folder));
  await migrateToLatest(db);
  const identifiersAdded = await inTransaction(db, async (trx) => {
    // The given one first: of an erasure that both tell of, this database knows last.
    return (await addErasureJournal(trx, options.journal)) + (await addErasureJournal(trx, own));
  });
  return { backup, identifiersAdded };
}

async function findFilledTables(connection: CopyConnection): Promise<string[]> {
  const filled = [];
  for (const { name } of await readTables(connection)) {
    const [row] = await connection.query<{ filled: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM ${escapeIdentifier(name)}) AS filled`,
    );
    if (row?.filled) filled.push(name);
  }
  return filled;
}

/** Object by object: the schema itself, its grants and the extensions in it are the operator's. */
async function dropEverything(connection: CopyConnection): Promise<void> {
  const objects = await connection.query<{ name: string; kind: 'TABLE' | 'FUNCTION' }>(`
    SELECT c.oid::regclass::text AS name, 'TABLE' AS kind FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT p.oid::regprocedure::text, 'FUNCTION' FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`);
  for (const { kind, name } of objects) await connection.query(`DROP ${kind} IF EXISTS ${name} CASCADE`);
}

async function migrateTo(db: Database, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };
  const { error } = await new Migrator({ db, provider }).migrateTo(name);
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('migrating failed', { cause: error });
}

async function load(connection: CopyConnection, backup: PostgresBackup, folder: string): Promise<void> {
  if (backup.log_days_from !== null) await makeLogDays(connection, backup.log_days_from);
  for (const { name, columns, rows, file } of backup.tables) {
    const listed = columns.map((column) => escapeIdentifier(column)).join(', ');
    const loaded = await connection.copyIn(
      `COPY ${escapeIdentifier(name)} (${listed}) FROM STDIN`,
      createReadStream(path.join(folder, file.path)),
      createZstdDecompress(),
    );
    if (loaded !== rows) throw refused(`${name} has ${loaded} rows in place of ${rows}`);
  }
  for (const { table, column, next } of backup.counters) {
    await connection.query('SELECT setval(pg_get_serial_sequence($1, $2), $3, false)', [
      escapeIdentifier(table),
      column,
      next,
    ]);
  }
}

/** The migrations make days from today on; those of the backup are older, and are dropped one by one in their time. */
async function makeLogDays(connection: CopyConnection, from: string): Promise<void> {
  await connection.query('SELECT set_request_log_start($1::date)', [from]);
  await connection.query(
    `SELECT add_request_log_day(day::date)
    FROM generate_series($1::date, (now() AT TIME ZONE 'UTC')::date, interval '1 day') AS day`,
    [from],
  );
}

function refused(detail: string): AppError {
  return new AppError('conflict', { detail });
}
