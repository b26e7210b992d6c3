/** ClickHouse's part of a backup: its own BACKUP, and beside it what a restore has to know. */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { migrationChecksums } from '@bigdata/clickhouse';
import { AppError, type ClickHouseBackup, MANIFEST_FILE } from '@bigdata/models';
import { hashFiles, writeWhole } from '@bigdata/platform';
import {
  type BackupLocation,
  type BackupStoreAccess,
  formatBackupLocation,
  locationBelow,
  toBackupTarget,
} from './backup-location';
import { type BackupStore } from './backup-store';

export interface SaveOptions {
  readonly store: BackupStore;
  readonly database: string;
  readonly location: BackupLocation;
  readonly access: BackupStoreAccess;
  /** Of the manifest, and of the files when ClickHouse writes to a folder. */
  readonly folder: string;
}

export async function saveRecords(options: SaveOptions, signal: AbortSignal): Promise<ClickHouseBackup> {
  const { store, database, access, folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new AppError('conflict', { detail: `${folder} is not empty: each backup has a folder of its own` });
  }
  const { version, takenAt } = await store.readState();
  const name = `${database}-${takenAt.replace(/\W/g, '')}-${randomBytes(4).toString('hex')}`;
  const location = locationBelow(options.location, name);
  const size_bytes = await store.save(toBackupTarget(location, access), signal);
  const files = location.kind === 'file' ? await takeOver(location.path, folder) : [];
  const manifest: ClickHouseBackup = {
    ...{ format: 1, store: 'clickhouse', taken_at: takenAt, server_version: version, database },
    migrations: migrationChecksums(),
    location: location.kind === 'file' ? null : formatBackupLocation(location),
    files,
    size_bytes,
  };
  await writeWhole(path.join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Files that ClickHouse wrote become part of the backup's folder, on whatever disk that is. */
async function takeOver(from: string, folder: string): Promise<ClickHouseBackup['files']> {
  for (const name of await readdir(from)) {
    const [source, target] = [path.join(from, name), path.join(folder, name)];
    try {
      await rename(source, target);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
      await cp(source, target, { recursive: true });
    }
  }
  await rm(from, { recursive: true });
  return hashFiles(folder);
}
