/**
 * ClickHouse's part of a restore. Its part of the backup is the later one, so it may hold loads that PostgreSQL does not
 * know: they go. Then erased persons go, those too who were erased after the backup was taken, before anybody reads.
 */
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  AppError,
  type ClickHouseBackup,
  clickhouseBackupSchema,
  MANIFEST_FILE,
  type RestoredLoads,
  type RestoreFacts,
} from '@bigdata/models';
import { checkFiles } from '@bigdata/platform';
import { type ErasureStore } from '../erasures/erasure-store';
import { type Loader } from '../load/clickhouse-loader';
import {
  type BackupLocation,
  type BackupStoreAccess,
  locationBelow,
  parseBackupLocation,
  toBackupTarget,
} from './backup-location';
import { type BackupStore } from './backup-store';

export interface RestoreRecordsOptions {
  readonly store: BackupStore;
  readonly erasures: Pick<ErasureStore, 'deleteMarked'>;
  readonly loader: Pick<Loader, 'dropLoad'>;
  /** Applies the migrations that came since. */
  readonly migrate: () => Promise<unknown>;
  readonly location: BackupLocation;
  readonly access: BackupStoreAccess;
  readonly folder: string;
  readonly facts: RestoreFacts;
  /** What the tables hold now may be lost. */
  readonly replace: boolean;
}

export async function checkRecords(
  folder: string,
): Promise<{ backup: ClickHouseBackup; complaints: string[] }> {
  const backup = clickhouseBackupSchema.parse(
    JSON.parse(await readFile(path.join(folder, MANIFEST_FILE), 'utf8')),
  );
  return { backup, complaints: await checkFiles(folder, backup.files) };
}

export async function restoreRecords(
  options: RestoreRecordsOptions,
  signal: AbortSignal,
): Promise<RestoredLoads> {
  const { store, facts, replace } = options;
  const { backup, complaints } = await checkRecords(options.folder);
  if (complaints.length > 0) throw refused(`the backup is damaged: ${complaints.join('; ')}`);
  const filled = await store.filledTables();
  if (filled.length > 0 && !replace) {
    throw refused(`the database is not empty (${filled.join(', ')}): restore into another, or replace it`);
  }
  await withFiles(backup, options, async (location) => {
    await store.dropTables();
    await store.restore(backup.database, toBackupTarget(location, options.access), signal);
  });
  await options.migrate();
  const known = new Set(facts.loads);
  for (const load of (await store.readLoads()).loads) {
    if (!known.has(load)) await options.loader.dropLoad(load, signal);
  }
  await store.markErased(facts.erased);
  const records_erased = await store.countMarked();
  await options.erasures.deleteMarked(signal);
  await store.unmarkAll();
  if (facts.erased_since) await store.blankRejects();
  const { loads, last } = await store.readLoads();
  return { loads, last_load: last, records_erased };
}

/** ClickHouse reads a backup where it may write one: files of the folder are there for as long as that takes. */
async function withFiles(
  backup: ClickHouseBackup,
  { location: base, folder }: RestoreRecordsOptions,
  work: (location: BackupLocation) => Promise<void>,
): Promise<void> {
  if (backup.location !== null) return work(parseBackupLocation(backup.location));
  if (base.kind !== 'file')
    throw refused('this backup is in files: CLICKHOUSE_BACKUP_TO must be file:///PATH');
  const location = locationBelow(base, `restore-${process.pid}`);
  await mkdir(location.path, { recursive: true });
  try {
    await cp(folder, location.path, { recursive: true });
    await work(location);
  } finally {
    await rm(location.path, { recursive: true, force: true });
  }
}

function refused(detail: string): AppError {
  return new AppError('conflict', { detail });
}
