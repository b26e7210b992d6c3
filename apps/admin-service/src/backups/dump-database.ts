/**
 * Writes every table as PostgreSQL's COPY gives it, all from one snapshot, while the services go on. The schema is not
 * written: migrations make it again, and `pg_dump` of the server's own version need not be there.
 */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createZstdCompress } from 'node:zlib';
import { AppError, MANIFEST_FILE, type PostgresBackup } from '@bigdata/models';
import { writeChecked, writeWhole } from '@bigdata/platform';
import { escapeIdentifier } from 'pg';
import { type CopyConnection } from './copy-connection';
import { type CataloguedTable, readTables } from './schema-catalogue';

/** @param folder is made; must be empty */
export async function dumpDatabase(connection: CopyConnection, folder: string): Promise<PostgresBackup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new AppError('conflict', { detail: `${folder} is not empty: each backup has a folder of its own` });
  }
  const manifest = await connection.inTransaction('REPEATABLE READ READ ONLY', async () => {
    const [server] = await connection.query<{ taken_at: Date; server_version: string }>(
      "SELECT now() AS taken_at, current_setting('server_version') AS server_version",
    );
    if (!server) throw new Error('PostgreSQL gave no row for a SELECT without a table');
    const migrations = await connection.query<{ name: string }>(
      'SELECT name FROM kysely_migration ORDER BY name',
    );
    const tables = await readTables(connection);
    const dumped = [];
    for (const table of tables) dumped.push(await dumpTable(connection, table, folder));
    return {
      format: 1,
      store: 'postgres',
      taken_at: server.taken_at.toISOString(),
      server_version: server.server_version,
      migrations: migrations.map(({ name }) => name),
      tables: dumped,
      counters: await readCounters(connection, tables),
      log_days_from: await readFirstLogDay(connection),
    } as const;
  });
  await writeWhole(path.join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function dumpTable(
  connection: CopyConnection,
  { name, columns }: CataloguedTable,
  folder: string,
): Promise<PostgresBackup['tables'][number]> {
  // From a query: COPY of a table with partitions gives none of their rows.
  const listed = columns.map((column) => escapeIdentifier(column)).join(', ');
  const { stream, rows } = connection.copyOut(
    `COPY (SELECT ${listed} FROM ${escapeIdentifier(name)}) TO STDOUT`,
  );
  const file = await writeChecked(folder, `${name}.copy.zst`, stream, createZstdCompress());
  return { name, columns: [...columns], rows: rows(), file };
}

/** Counters do not belong to the snapshot and may be further on than its rows, which leaves a gap and no harm. */
async function readCounters(
  connection: CopyConnection,
  tables: readonly CataloguedTable[],
): Promise<PostgresBackup['counters']> {
  const counters = [];
  for (const { name: table, counter: column } of tables) {
    if (column === null) continue;
    const [found] = await connection.query<{ sequence: string }>(
      'SELECT pg_get_serial_sequence($1, $2) AS sequence',
      [escapeIdentifier(table), column],
    );
    const [state] = await connection.query<{ next: string }>(
      `SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END AS next FROM ${found?.sequence ?? ''}`,
    );
    counters.push({ table, column, next: Number(state?.next) });
  }
  return counters;
}

async function readFirstLogDay(connection: CopyConnection): Promise<string | null> {
  const [row] = await connection.query<{ day: string | null }>(
    `SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD'))::text AS day
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass('request_logs') AND c.relname ~ '^request_logs_[0-9]{8}$'`,
  );
  return row?.day ?? null;
}
