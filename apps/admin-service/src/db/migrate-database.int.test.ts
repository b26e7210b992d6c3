import { sql } from 'kysely';
import { createEmptyDatabase, openTestDatabase } from '../test-support/test-database';
import { listMigrations, migrateToLatest } from './migrate-database';
import { MIGRATIONS } from './migrations';

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
beforeEach(async () => {
  empty = await createEmptyDatabase();
});
afterEach(() => empty.drop());

test('two processes at once apply every migration once, and a later run changes nothing', async () => {
  const [one, other] = [openTestDatabase(empty.url, 2), openTestDatabase(empty.url, 2)];
  try {
    expect((await listMigrations(one)).every(({ applied_at }) => applied_at === null)).toBe(true);
    const [first, second] = await Promise.all([migrateToLatest(one), migrateToLatest(other)]);
    expect(second).toEqual(first);
    expect(first.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
    expect(first.every(({ applied_at }) => applied_at !== null)).toBe(true);
    expect(await migrateToLatest(one)).toEqual(first);
    const { rows } = await sql<{ tables: string[] }>`
      SELECT array_agg(table_name::text ORDER BY table_name) AS tables FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely%'
        AND table_name !~ '^request_logs_'`.execute(one);
    expect(rows[0]?.tables).toEqual([
      'api_keys',
      'audit_log',
      'credit_lots',
      'daily_usage',
      'erased_identifiers',
      'erasures',
      'ingest_analyses',
      'ingest_datasets',
      'ingest_jobs',
      'ingest_mappings',
      'ingest_ranges',
      'ingest_uploads',
      'ledger_entries',
      'plans',
      'request_logs',
      'reservation_lots',
      'reservations',
      'users',
      'wallets',
    ]);
  } finally {
    await Promise.all([one.destroy(), other.destroy()]);
  }
});
