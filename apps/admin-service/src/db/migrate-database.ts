/** Migrations: which there are, which are applied, and applying them; safe to run twice and from two processes. */
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations';
import { type Database } from './schema';

export interface MigrationState {
  readonly name: string;
  readonly applied_at: string | null;
}

const createMigrator = (db: Database): Migrator =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });

export async function listMigrations(db: Database): Promise<MigrationState[]> {
  const migrations = await createMigrator(db).getMigrations();
  return migrations.map(({ name, executedAt }) => ({
    name,
    applied_at: executedAt ? new Date(executedAt).toISOString() : null,
  }));
}

/** Applies what is pending, all of it or nothing. */
export async function migrateToLatest(db: Database): Promise<MigrationState[]> {
  const { error } = await createMigrator(db).migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('migrating failed', { cause: error });
  return listMigrations(db);
}
