/** The same migrations on a cluster of two shards. */
import { Secret } from '@bigdata/platform';
import { type ClickHouseTestDatabase, createClickHouseDatabase } from '@bigdata/testing';
import { migrateUp, migrationStatus, verifyMigrations } from './migrate';
import { type ClickHouse, openClickHouse } from './open-clickhouse';
import { SHARDED_TABLES } from './tables';

let database: ClickHouseTestDatabase;
let connections: ClickHouse[];

beforeEach(async () => {
  database = await createClickHouseDatabase({ isSharded: true });
  connections = [1, 2].map(() =>
    openClickHouse({
      url: new Secret(database.url),
      database: database.database,
      cluster: database.cluster,
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

const engines = async (): Promise<Record<string, string>> => {
  const answer = await first().client.query({
    query: 'SELECT name, engine FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ name: string; engine: string }>();
  return Object.fromEntries(rows.map(({ name, engine }) => [name, engine]));
};
const select = async (query: string): Promise<unknown[]> =>
  (await first().client.query({ query, format: 'JSONCompactEachRow' })).json();

test('each table is stored on the shards, and one of its name stands for all of them', async () => {
  await expect(verifyMigrations(first())).rejects.toThrow();
  await migrateUp(first());
  expect((await verifyMigrations(first())).every(({ applied }) => applied)).toBe(true);
  const made = await engines();
  for (const table of SHARDED_TABLES) {
    expect([table, made[table], made[`${table}_local`]]).toEqual([
      table,
      'Distributed',
      expect.stringMatching(/MergeTree$/),
    ]);
  }
  expect(made['record_versions_writes']).toBe('Distributed');
  expect(made['record_lookups_of_inserts']).toBe('MaterializedView');
});

test('running again changes nothing, and two may run at once', async () => {
  await Promise.all(connections.map((connection) => migrateUp(connection)));
  const before = await engines();
  expect(await migrateUp(first())).toEqual([]);
  expect((await migrationStatus(first())).every(({ applied }) => applied)).toBe(true);
  expect(await engines()).toEqual(before);
});

test('what stands for the shards is made again where it is missing, or has other columns', async () => {
  await migrateUp(first());
  await first().client.command({ query: 'DROP TABLE record_versions SYNC' });
  await first().client.command({
    query: "ALTER TABLE ingest_loads_local ON CLUSTER 'embedded' ADD COLUMN note String",
  });
  await migrateUp(first());
  expect(await select('SELECT count() FROM record_versions')).toEqual([[0]]);
  expect(await select('SELECT note FROM ingest_loads')).toEqual([]);
});

test('records are spread over the shards, and each shard finds its own in its part of the index', async () => {
  await migrateUp(first());
  await first().client.command({
    query: `INSERT INTO ${first().tables.writes('record_versions')} (dedupe_key, load, v_email, v_full_name)
SELECT sipHash128(number), 1, concat('12345678', toString(number), '@example.com'), '12345678Jane'
FROM numbers(100)`,
  });
  expect(await select('SELECT count() FROM record_versions FINAL')).toEqual([[100]]);
  const shards = await select('SELECT shardNum() FROM record_versions GROUP BY 1 ORDER BY 1');
  expect(shards).toEqual([[1], [2]]);
  // On each shard, the index finds what the shard has: a key that is looked for is compared with those at hand.
  const found = `SELECT count() FROM record_versions PREWHERE dedupe_key IN
(SELECT dedupe_key FROM record_lookups WHERE kind = 'email')`;
  expect(await select(found)).toEqual([[100]]);
});
