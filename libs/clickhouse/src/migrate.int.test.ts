import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { migrateUp, migrationStatus } from './migrate';
import { MIGRATIONS } from './migrations';
import { type ClickHouse, openClickHouse } from './open-clickhouse';

let database: ClickHouseTestDatabase;
let connections: ClickHouse[];

beforeEach(async () => {
  database = await createClickHouseDatabase();
  connections = [1, 2].map(() =>
    openClickHouse({
      url: new Secret(database.url),
      database: database.database,
      application: 'test',
      requestTimeoutMs: 20_000,
      connectionsMax: 2,
    }),
  );
});

afterEach(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await database.drop();
});

const first = (): ClickHouse => connections[0]!;

const tables = async (): Promise<string[]> => {
  const answer = await first().client.query({
    query: 'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    format: 'JSONEachRow',
  });
  return (await answer.json<{ name: string }>()).map(({ name }) => name);
};

test('everything pending is applied once, in order', async () => {
  expect((await migrationStatus(first())).map(({ applied }) => applied)).toEqual(MIGRATIONS.map(() => false));
  expect((await migrateUp(first())).map(({ id }) => id)).toEqual(MIGRATIONS.map(({ id }) => id));
  expect(await migrateUp(first())).toEqual([]);
  expect((await migrationStatus(first())).every(({ applied }) => applied)).toBe(true);
  expect(await tables()).toEqual(['ingest_rejects', 'records', 'schema_migrations']);
});

test('two processes may migrate at once', async () => {
  await Promise.all(connections.map((connection) => migrateUp(connection)));
  expect((await migrationStatus(first())).every(({ applied }) => applied)).toBe(true);
});

test('a migration that was half done is finished by the next run', async () => {
  await first().client.command({ query: MIGRATIONS[0]?.statements[0] ?? '' });
  await migrateUp(first());
  expect(await tables()).toEqual(['ingest_rejects', 'records', 'schema_migrations']);
});

test('a migration that was changed after it had been applied is refused', async () => {
  await migrateUp(first());
  await first().client.insert({
    table: 'schema_migrations',
    format: 'JSONEachRow',
    values: [{ id: 1, name: 'records', checksum: 'another', applied_at: '2200-01-01 00:00:00.000' }],
  });
  await expect(migrateUp(first())).rejects.toThrow('migration 1 (records) was changed');
});
