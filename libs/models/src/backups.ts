/**
 * What a backup says of itself. Each store's part is a folder with a manifest that is written last, so a part without
 * one is not whole. The shapes are a contract with every later version, which must still read them: members may be added.
 */
import { z } from 'zod';
import { erasedHashesSchema } from './erasures';

const count = z.int().nonnegative();

/** Relative to the folder of the manifest, with `/`. */
const backupFileSchema = z.object({
  path: z.string().min(1),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.output<typeof backupFileSchema>;

const FORMAT = 1;
const common = { format: z.literal(FORMAT), taken_at: z.iso.datetime(), server_version: z.string() };

export const postgresBackupSchema = z.object({
  ...common,
  store: z.literal('postgres'),
  /** Names of the migrations that the database had; they make its tables again. */
  migrations: z.array(z.string()),
  /** In an order in which references find what they refer to. */
  tables: z.array(
    z.object({ name: z.string(), columns: z.array(z.string()), rows: count, file: backupFileSchema }),
  ),
  /** The next value of each column that counts up. */
  counters: z.array(z.object({ table: z.string(), column: z.string(), next: count })),
  /** First day with a partition of its own in the request log. */
  log_days_from: z.iso.date().nullable(),
});
export type PostgresBackup = z.output<typeof postgresBackupSchema>;

export const clickhouseBackupSchema = z.object({
  ...common,
  store: z.literal('clickhouse'),
  database: z.string(),
  migrations: z.array(z.object({ id: count, checksum: z.string() })),
  /** Where ClickHouse keeps it, as `CLICKHOUSE_BACKUP_TO` with a name; null: the files are in this folder. */
  location: z.string().nullable(),
  files: z.array(backupFileSchema),
  size_bytes: count,
});
export type ClickHouseBackup = z.output<typeof clickhouseBackupSchema>;

export const MANIFEST_FILE = 'manifest.json';

/** What PostgreSQL tells ClickHouse's part of a restore: PostgreSQL is the truth about loads and erasures. */
export const restoreFactsSchema = z.object({
  /** Loads that may have rows; those of others are dropped. */
  loads: z.array(count),
  erased: erasedHashesSchema.pick({ keys: true, hashes: true }),
  /** Persons were erased after the backup was taken. */
  erased_since: z.boolean(),
});
export type RestoreFacts = z.output<typeof restoreFactsSchema>;

/** And what it answers. */
export const restoredLoadsSchema = z.object({
  /** Loads with rows of their own. */
  loads: z.array(count),
  /** The greatest number of a load that ClickHouse ever heard of. */
  last_load: count,
  records_erased: count,
});
export type RestoredLoads = z.output<typeof restoredLoadsSchema>;
