/** One engine in the place of a cluster of three shards. */
import fs from 'node:fs';
import { ask, createDirectory, post, startServer, type SpawnedServer } from './testing/spawned-server';

let server: SpawnedServer;
let url: string;
const SHARDS = ['--shards', '3'];

const STATEMENTS = [
  "CREATE DATABASE d ON CLUSTER 'embedded'",
  "CREATE TABLE d.t_local ON CLUSTER 'embedded' (k UInt64, v String) ENGINE = ReplicatedReplacingMergeTree ORDER BY k",
  "CREATE TABLE d.i_local ON CLUSTER 'embedded' (h UInt64, k UInt64) ENGINE = ReplicatedMergeTree ORDER BY h",
  "CREATE MATERIALIZED VIEW d.view ON CLUSTER 'embedded' TO d.i_local AS SELECT k % 7 AS h, k FROM d.t_local",
  "CREATE TABLE d.t ON CLUSTER 'embedded' (k UInt64, v String) ENGINE = Distributed('embedded', 'd', 't_local', k)",
  "CREATE TABLE d.i ON CLUSTER 'embedded' (h UInt64, k UInt64) ENGINE = Distributed('embedded', 'd', 'i_local', k)",
];

beforeAll(async () => {
  server = await startServer(createDirectory(), { args: SHARDS });
  url = server.url;
  for (const statement of STATEMENTS) await ask(url, statement);
  await ask(url, "INSERT INTO t SELECT number, 'a' FROM numbers(100)", IN_D);
  await ask(url, "INSERT INTO t SELECT number, 'b' FROM numbers(50)", IN_D);
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(server.directory, { recursive: true, force: true });
});

const IN_D = { database: 'd', distributed_foreground_insert: '1' };

test('each row is on one shard, and a table of all shards gives it once', async () => {
  expect(await ask(url, 'SELECT count(), sum(k) FROM t FINAL', IN_D)).toBe('100\t4950');
  expect(await ask(url, 'SELECT shardNum(), count() FROM t FINAL GROUP BY 1 ORDER BY 1', IN_D)).toBe(
    '1\t34\n2\t33\n3\t33',
  );
});

test('asked directly, a stored table shows nothing', async () => {
  expect(await ask(url, 'SELECT count() FROM t_local', IN_D)).toBe('0');
});

test('a view gets what is inserted, and a subquery is asked of each shard', async () => {
  expect(await ask(url, 'SELECT count() FROM i', IN_D)).toBe('150');
  const found = 'SELECT count() FROM t FINAL PREWHERE k IN (SELECT k FROM i WHERE h = 3)';
  expect(await ask(url, found, { ...IN_D, distributed_product_mode: 'local' })).toBe('14');
  // The least key of each shard.
  const first = 'SELECT count() FROM t FINAL PREWHERE k IN (SELECT k FROM t FINAL ORDER BY k LIMIT 1)';
  expect(await ask(url, first, { ...IN_D, distributed_product_mode: 'local' })).toBe('3');
});

test('what is inserted from the table itself has its entries, and a deletion reaches all shards', async () => {
  await ask(url, 'INSERT INTO t (k, v) SELECT k + 1000, v FROM t FINAL WHERE k < 10', IN_D);
  expect(await ask(url, 'SELECT count() FROM t FINAL WHERE k >= 1000', IN_D)).toBe('10');
  expect(await ask(url, 'SELECT count() FROM i WHERE k >= 1000', IN_D)).toBe('10');
  await ask(
    url,
    "ALTER TABLE t_local ON CLUSTER 'embedded' DELETE WHERE k >= 1000 SETTINGS mutations_sync = 2",
    IN_D,
  );
  expect(await ask(url, 'SELECT count() FROM t FINAL', IN_D)).toBe('100');
});

test('replicas are always in step, and what runs is listed for each server', async () => {
  expect((await post(url, "SYSTEM SYNC REPLICA ON CLUSTER 'embedded' d.t_local")).status).toBe(200);
  const listed = "SELECT DISTINCT query_id FROM clusterAllReplicas('embedded', system.processes)";
  expect(await ask(url, listed, { query_id: 'mine' })).toBe('mine');
});

test('after a restart, and in a database that was restored, shards have the rows they had', async () => {
  await server.stop();
  server = { ...(await startServer(server.directory, { args: SHARDS })), directory: server.directory };
  url = server.url;
  expect(await ask(url, 'SELECT count(), sum(k) FROM t FINAL', IN_D)).toBe('100\t4950');
  const file = `File('${server.directory}/backups/d')`;
  await ask(url, `BACKUP DATABASE d ON CLUSTER 'embedded' TO ${file}`);
  await ask(url, `DROP DATABASE d ON CLUSTER 'embedded' SYNC`);
  await ask(url, `RESTORE DATABASE d ON CLUSTER 'embedded' FROM ${file}`);
  expect(await ask(url, 'SELECT count(), sum(k) FROM t FINAL', IN_D)).toBe('100\t4950');
});

test('a statement in a database that is not there fails, and the next ones do not', async () => {
  const failed = await Promise.all(
    Array.from({ length: 20 }, () => post(url, 'SELECT count() FROM t', { ...IN_D, database: 'nowhere' })),
  );
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set([404]));
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask(url, 'SELECT count() FROM t FINAL', IN_D)),
  );
  expect(new Set(answers)).toEqual(new Set(['100']));
});
