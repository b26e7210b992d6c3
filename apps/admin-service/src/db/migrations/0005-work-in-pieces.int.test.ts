import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { createEmptyDatabase, openTestDatabase } from '../../test-support/test-database';
import { type Database } from '../schema';
import { MIGRATIONS } from '.';

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let db: Database;

beforeAll(async () => {
  empty = await createEmptyDatabase();
  db = openTestDatabase(empty.url, 2);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  await migrator.migrateTo('0004-ingest-jobs');
  const checkpoint = JSON.stringify({ byte_offset: 500, rows_read: 50, rows_loaded: 45, rows_rejected: 5 });
  const result = JSON.stringify({ rows_read: 100, rows_loaded: 90, rows_rejected: 10, warnings: {} });
  const failure = JSON.stringify({ code: 'x', detail: 'x' });
  await sql`
    INSERT INTO ingest_jobs (source, dataset, mapping, force, state, attempt, heartbeat_at, checkpoint, result, error,
      finished_at)
    VALUES
      ('inbox://succeeded', 'a', '{}', false, 'succeeded', 2, now(), ${checkpoint}, ${result}, NULL, now()),
      ('inbox://failed', 'a', '{}', false, 'failed', 1, now(), ${checkpoint}, NULL, ${failure}, now()),
      ('inbox://running', 'b', '{}', false, 'running', 3, now(), ${checkpoint}, NULL, NULL, NULL),
      ('inbox://queued', 'b', '{}', false, 'queued', 0, NULL, NULL, NULL, NULL, NULL)`.execute(db);
  // Rewritten rows lie behind the others, in an order that is not the one in which jobs were made.
  await sql`UPDATE ingest_jobs SET attempt = attempt WHERE source = 'inbox://succeeded'`.execute(db);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
});
afterAll(async () => {
  await db.destroy();
  await empty.drop();
});

test('jobs that were under way are planned anew, and ended ones count as part of the base', async () => {
  const jobs = await db
    .selectFrom('ingest_jobs')
    .select([
      'source',
      'load_number',
      'state',
      'clear',
      'attempt',
      'heartbeat_at',
      'holds_rows',
      'rows_loaded',
    ])
    .select((eb) => eb('sealed_at', 'is not', null).as('sealed'))
    .orderBy('id')
    .execute();
  const common = { heartbeat_at: null, holds_rows: false, rows_loaded: 0, sealed: false };
  const ended = { clear: false, sealed: true, holds_rows: false, heartbeat_at: expect.any(Date) as Date };
  expect(jobs).toEqual([
    {
      ...ended,
      source: 'inbox://succeeded',
      load_number: 1,
      state: 'succeeded',
      attempt: 2,
      rows_loaded: 90,
    },
    { ...ended, source: 'inbox://failed', load_number: 2, state: 'failed', attempt: 1, rows_loaded: 45 },
    {
      ...common,
      source: 'inbox://running',
      load_number: 3,
      state: 'queued',
      attempt: 3,
      clear: true,
      holds_rows: true,
    },
    { ...common, source: 'inbox://queued', load_number: 4, state: 'queued', attempt: 0, clear: false },
  ]);
});

test('load numbers go on behind those of the jobs that were there', async () => {
  const { load_number } = await db
    .insertInto('ingest_jobs')
    .values({ source: 'inbox://new', dataset: 'a', mapping: '{}', force: false })
    .returning('load_number')
    .executeTakeFirstOrThrow();
  expect(load_number).toBe(5);
});

test('datasets that have jobs are there', async () => {
  const names = await db.selectFrom('ingest_datasets').select('name').orderBy('name').execute();
  expect(names.map(({ name }) => name)).toEqual(['a', 'b']);
});
