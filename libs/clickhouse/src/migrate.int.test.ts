import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { migrateUp, migrationStatus, verifyMigrations } from './migrate';
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

const TABLES = [
  'erasing_records',
  'erasing_rejects',
  'ingest_loads',
  'ingest_rejects',
  'record_lookups',
  'record_lookups_of_inserts',
  'record_versions',
  'records',
  'schema_migrations',
];

test('everything pending is applied once, in order', async () => {
  expect((await migrationStatus(first())).map(({ applied }) => applied)).toEqual(MIGRATIONS.map(() => false));
  expect((await migrateUp(first())).map(({ id }) => id)).toEqual(MIGRATIONS.map(({ id }) => id));
  expect(await migrateUp(first())).toEqual([]);
  expect((await migrationStatus(first())).every(({ applied }) => applied)).toBe(true);
  expect(await tables()).toEqual(TABLES);
});

test('whoever waits for the schema only reads: it fails while there is none, and tells what is pending', async () => {
  await expect(verifyMigrations(first())).rejects.toThrow();
  expect(await tables()).toEqual([]);
  await migrationStatus(first());
  expect((await verifyMigrations(first())).some(({ applied }) => applied)).toBe(false);
  await migrateUp(first());
  expect((await verifyMigrations(first())).every(({ applied }) => applied)).toBe(true);
});

test('two processes may migrate at once', async () => {
  await Promise.all(connections.map((connection) => migrateUp(connection)));
  expect((await migrationStatus(first())).every(({ applied }) => applied)).toBe(true);
});

test('a migration that was half done is finished by the next run', async () => {
  await first().client.command({ query: MIGRATIONS[0]?.statements[0] ?? '' });
  await migrateUp(first());
  expect(await tables()).toEqual(TABLES);
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

test('records of the first layout are carried over with their raw texts and attributes', async () => {
  const { client } = first();
  for (const query of MIGRATIONS[0]?.statements ?? []) await client.command({ query });
  await client.insert({
    table: 'records',
    format: 'JSONEachRow',
    values: [
      {
        dedupe_key: 'k'.repeat(16),
        key_rule: 'email.v1',
        dataset: 'people',
        email: 'jane.doe@gmail.com',
        email_match: 'janedoe@gmail.com',
        full_name: "Jane O'Neill",
        full_name_match: 'jane oneill',
        city: 'Springfield',
        city_match: 'springfield',
        attributes: { tier: [1, 'gold'] },
        raw_values: { email: [1, 'Jane.Doe@gmail.com'] },
        first_seen_at: '2026-01-31 12:00:00.000',
        updated_at: '2026-01-31 12:00:00.000',
        ingest_id: '01234567-89ab-7def-8123-456789abcdef',
        first_ingest_id: '01234567-89ab-7def-8123-456789abcdef',
      },
    ],
  });
  await migrateUp(first());
  const answer = await client.query({
    query: `SELECT dataset, email, email_match, full_name, full_name_match, city_match, phone, phone_extension,
      attributes, raw_values, toString(ingest_id) AS ingest_id FROM record_versions FINAL`,
    format: 'JSONEachRow',
  });
  expect(await answer.json()).toEqual([
    {
      dataset: 'people',
      email: 'jane.doe@gmail.com',
      email_match: 'janedoe@gmail.com',
      full_name: "Jane O'Neill",
      full_name_match: 'jane oneill',
      city_match: 'springfield',
      phone: '',
      phone_extension: '',
      attributes: { tier: 'gold' },
      raw_values: { email: 'Jane.Doe@gmail.com' },
      ingest_id: '01234567-89ab-7def-8123-456789abcdef',
    },
  ]);
});
