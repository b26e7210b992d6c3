import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MANIFEST_FILE, type PostgresBackup } from '@bigdata/models';
import { Secret } from '@bigdata/platform';
import { sql } from 'kysely';
import { createChargesRepository } from '../credits/charges.repository';
import { createLedgerRepository } from '../credits/ledger.repository';
import { verifyBooks } from '../credits/verify-books';
import { MIGRATIONS } from '../db/migrations';
import { type Database } from '../db/schema';
import { createErasureRepository } from '../erasures/erasure.repository';
import { createErasureVault } from '../erasures/erasure-vault';
import { createLogDays } from '../request-logs/log-days';
import { AUDIT, aCharge, makeUser } from '../test-support/builders';
import { PLAN } from '../test-support/ingest-calls';
import {
  createEmptyDatabase,
  createTestDatabase,
  openTestDatabase,
  type TestDatabase,
} from '../test-support/test-database';
import { type CopyConnection, openCopyConnection } from './copy-connection';
import { dumpDatabase } from './dump-database';
import { EMPTY_JOURNAL, type ErasureJournal, readErasureJournal } from './erasure-journal';
import { readErasedHashes, readLoads, settleLoads } from './loads-of-restore';
import { restoreDatabase } from './restore-database';
import { readTables } from './schema-catalogue';

// A restore makes every table twice over: slow where the disk is busy.
jest.setTimeout(120_000);

const vault = createErasureVault(new Secret('e'.repeat(32)));
const JANE = { kind: 'email', value: 'jane@example.com' } as const;
const LATE = { kind: 'email', value: 'late@example.com' } as const;

let source: TestDatabase;
let root: string;
let folder: string;
let backup: PostgresBackup;
let userId: string;
const endings: (() => Promise<unknown>)[] = [];

const connect = async (url: string): Promise<CopyConnection> => {
  const connection = await openCopyConnection(new Secret(url));
  endings.push(() => connection.close());
  return connection;
};

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'backups-'));
  folder = path.join(root, 'one');
  source = await createTestDatabase();
  await fill(source.db);
  backup = await dumpDatabase(await connect(source.url), folder);
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(async () => {
  await source.drop();
  await rm(root, { recursive: true });
});

/** Something of everything that is written in more than one way. */
async function fill(db: Database): Promise<void> {
  userId = await makeUser(db, { credits: 100 });
  const ledger = createLedgerRepository(db);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await ledger.grant({ userId, amount: 5, reason: 'tab\t, line\nand \\N', expiresAt }, AUDIT, null);
  await createChargesRepository(db).reserve([aCharge(userId, 2)]);
  await sql`SELECT set_request_log_start((now() AT TIME ZONE 'UTC')::date - 3)`.execute(db);
  for (const days of [-3, -1, 0]) {
    await sql`SELECT add_request_log_day((now() AT TIME ZONE 'UTC')::date + ${days}::int)`.execute(db);
    await sql`
      INSERT INTO request_logs (entry_id, request_id, method, route, status, latency_ms, credits, rows, bytes, created_at)
      VALUES (gen_random_uuid(), 'r', 'GET', '/v1/me', 200, 0.1, 0, 0, 0, now() + ${days} * interval '1 day')`.execute(
      db,
    );
  }
  await sql`
    INSERT INTO ingest_jobs (source, dataset, mapping, force, state, plan, result, rows_loaded, finished_at)
    SELECT 'inbox://a.csv', 'people', '{}', false, 'succeeded', ${JSON.stringify(PLAN)}::jsonb, '{}', 7, now()
    FROM generate_series(1, 3)`.execute(db);
  await createErasureRepository(db, vault).create(JANE, null, AUDIT);
}

/** Every row of every table, as text. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const connection = await connect(url);
  const all: Record<string, string[]> = {};
  for (const { name } of await readTables(connection)) {
    const rows = await connection.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

async function emptyDatabase(): Promise<{ url: string; db: Database }> {
  const empty = await createEmptyDatabase();
  const db = openTestDatabase(empty.url, 2);
  endings.push(async () => {
    await db.destroy();
    await empty.drop();
  });
  return { url: empty.url, db };
}

const restore = async (
  target: { url: string; db: Database },
  options: { replace?: boolean; journal?: ErasureJournal; from?: string } = {},
) =>
  restoreDatabase({
    db: target.db,
    connection: await connect(target.url),
    folder: options.from ?? folder,
    replace: options.replace ?? false,
    journal: options.journal ?? EMPTY_JOURNAL,
  });

test('an empty database holds every row of every table afterwards, its books agree, and it goes on counting', async () => {
  const before = await contents(source.url);
  expect(Object.keys(before).length).toBeGreaterThan(15);
  expect(backup.migrations).toEqual(Object.keys(MIGRATIONS));
  const target = await emptyDatabase();
  expect(await restore(target)).toEqual({ backup, identifiersAdded: 0 });
  expect(await contents(target.url)).toEqual(before);
  expect(await verifyBooks(target.db)).toEqual(await verifyBooks(source.db));
  const lastOf = async (db: Database): Promise<number> => {
    await createLedgerRepository(db).grant(
      { userId, amount: 1, reason: 'next', expiresAt: null },
      AUDIT,
      null,
    );
    const { rows } = await sql<{ last: number }>`SELECT max(id) AS last FROM ledger_entries`.execute(db);
    return rows[0]?.last ?? 0;
  };
  expect(await lastOf(target.db)).toBe(await lastOf(source.db));
  const changed = sql`UPDATE ledger_entries SET amount = 1`.execute(target.db);
  await expect(changed).rejects.toThrow('append-only');
});

test('the days of the request log are partitions again, and leave when their time has come', async () => {
  const target = await emptyDatabase();
  await restore(target);
  const days = createLogDays(target.db);
  expect(await days.keep(2)).toBe(1);
  const { rows } = await sql`SELECT 1 FROM request_logs`.execute(target.db);
  expect(rows).toHaveLength(2);
});

test('what is written while the dump runs is in none of its tables', async () => {
  const slow = await connect(source.url);
  const copyOut = slow.copyOut.bind(slow);
  let charged = false;
  const connection: CopyConnection = {
    ...slow,
    query: async (statement, parameters) => {
      const rows = await slow.query<never>(statement, parameters);
      // After the snapshot was taken and before any table is read.
      if (!charged && statement.includes('kysely_migration')) {
        charged = true;
        await createChargesRepository(source.db).reserve([aCharge(userId, 1)]);
      }
      return rows;
    },
    copyOut,
  };
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ledger_entries`.execute(source.db);
  const from = path.join(root, 'busy');
  const busy = await dumpDatabase(connection, from);
  expect(charged).toBe(true);
  expect(busy.tables.find(({ name }) => name === 'ledger_entries')?.rows).toBe(rows[0]?.n);
  const target = await emptyDatabase();
  await restore(target, { from });
  expect((await verifyBooks(target.db)).discrepancies).toEqual([]);
});

test('a database with rows in it is refused, and replaced only when that is asked for', async () => {
  const target = await emptyDatabase();
  await restore(target);
  await makeUser(target.db);
  await expect(restore(target)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('users') as unknown,
  });
  expect((await contents(target.url))['users']).toHaveLength(2);
  await restore(target, { replace: true });
  expect((await contents(target.url))['users']).toHaveLength(1);
});

test('erasures that are younger than the backup are kept, of the database itself and of a journal', async () => {
  const target = await emptyDatabase();
  await restore(target);
  const erase = (db: Database, subject: typeof JANE | typeof LATE) =>
    createErasureRepository(db, vault).create(subject, null, AUDIT);
  await erase(target.db, LATE);
  const known = await readErasedHashes(target.db);
  expect(known).toHaveLength(2);

  const journal = await readErasureJournal(target.db);
  const other = await emptyDatabase();
  expect(await restore(other, { journal })).toMatchObject({ identifiersAdded: 1 });
  expect(await readErasedHashes(other.db)).toEqual(known);
  expect(await readErasureJournal(other.db)).toEqual(journal);

  expect(await restore(target, { replace: true })).toMatchObject({ identifiersAdded: 1 });
  expect(await readErasedHashes(target.db)).toEqual(known);
});

test('a damaged file, and a backup of a later version, are refused before anything is changed', async () => {
  const target = await emptyDatabase();
  await restore(target);
  const before = await contents(target.url);
  const from = path.join(root, 'damaged');
  await cp(folder, from, { recursive: true });
  const refusal = (named: string) => ({ detail: expect.stringContaining(named) as unknown });
  const later = { ...backup, migrations: [...backup.migrations, '9999-later'] };
  await writeFile(path.join(from, MANIFEST_FILE), JSON.stringify(later));
  await expect(restore(target, { replace: true, from })).rejects.toMatchObject(refusal('9999-later'));
  await appendFile(path.join(from, 'users.copy.zst'), 'x');
  await expect(restore(target, { replace: true, from })).rejects.toMatchObject(refusal('users.copy.zst'));
  expect(await contents(target.url)).toEqual(before);
});

test('a folder takes one backup', async () => {
  const again = dumpDatabase(await connect(source.url), folder);
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
});

test('loads that ClickHouse no longer holds apart cannot be undone, and numbers go on behind the last it knows', async () => {
  const target = await emptyDatabase();
  await restore(target);
  const loads = await readLoads(target.db);
  expect(loads).toHaveLength(3);
  const [first = 0, second = 0] = loads;
  expect(await settleLoads(target.db, { loads: [first, second], last_load: 40, records_erased: 0 })).toBe(1);
  const rows = await target.db.selectFrom('ingest_jobs').selectAll().orderBy('load_number').execute();
  expect(rows.map(({ sealed_at }) => sealed_at === null)).toEqual([true, true, false]);
  const { rows: made } = await sql<{ load_number: number }>`
    INSERT INTO ingest_jobs (source, dataset, mapping, force) VALUES ('inbox://b.csv', 'people', '{}', false)
    RETURNING load_number`.execute(target.db);
  expect(made).toEqual([{ load_number: 41 }]);
});
