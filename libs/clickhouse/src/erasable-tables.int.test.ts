/** The list of tables against the schema itself: what a migration adds cannot be forgotten. */
import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { ERASABLE_TABLES, PENDING_TABLES } from './erasable-tables';
import { migrateUp } from './migrate';
import { type ClickHouse, openClickHouse } from './open-clickhouse';

let database: ClickHouseTestDatabase;
let clickhouse: ClickHouse;

beforeAll(async () => {
  database = await createClickHouseDatabase();
  clickhouse = openClickHouse({
    url: new Secret(database.url),
    database: database.database,
    application: 'test',
    requestTimeoutMs: 20_000,
    connectionsMax: 2,
  });
  await migrateUp(clickhouse);
});
afterAll(async () => {
  await clickhouse.close();
  await database.drop();
});

/** These tell of jobs and migrations and not of persons. */
const OF_NO_PERSON = ['ingest_loads', 'schema_migrations'];

const select = async <T>(query: string): Promise<T[]> =>
  (await clickhouse.client.query({ query, format: 'JSONEachRow' })).json<T>();

test('every table that stores rows is erased from, or tells of no person', async () => {
  const tables = await select<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name",
  );
  const known = [...ERASABLE_TABLES.map(({ table }) => table), ...PENDING_TABLES, ...OF_NO_PERSON];
  expect(tables.map(({ name }) => name)).toEqual(known.sort());
});

test('every table has the columns by which its rows are told, of the same type as where the keys are', async () => {
  const columns = await select<{ table: string; name: string; type: string }>(
    'SELECT table, name, type FROM system.columns WHERE database = currentDatabase()',
  );
  const typeOf = (table: string, column: string) =>
    columns.find((each) => each.table === table && each.name === column)?.type;
  for (const { table, pending, key } of ERASABLE_TABLES) {
    for (const column of key) {
      expect(typeOf(table, column)).toBeDefined();
      expect(typeOf(table, column)).toBe(typeOf(pending, column));
    }
  }
});
