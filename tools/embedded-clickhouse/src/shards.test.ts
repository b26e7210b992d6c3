import { inTwoSteps, onEveryServer, ShardFilters } from './shards';

const context = (database: string, settings: Record<string, string> = {}) => ({
  database,
  settings: new Map(Object.entries(settings)),
  parameters: new Map<string, string>(),
});

test.each([
  ["DROP TABLE x ON CLUSTER 'embedded' SYNC", 'DROP TABLE x  SYNC'],
  ['create database d on cluster embedded', 'create database d '],
  ['BACKUP DATABASE d ON CLUSTER `embedded` TO Disk()', 'BACKUP DATABASE d  TO Disk()'],
  [
    "CREATE TABLE x ON CLUSTER 'c' (a UInt8) ENGINE = ReplicatedReplacingMergeTree(a) ORDER BY a SETTINGS replicated_deduplication_window = 5",
    'CREATE TABLE x  (a UInt8) ENGINE = ReplacingMergeTree(a) ORDER BY a SETTINGS non_replicated_deduplication_window = 5',
  ],
  ["SYSTEM SYNC REPLICA ON CLUSTER 'c' x", ''],
  ["SELECT 'DROP TABLE x ON CLUSTER c'", undefined],
  ['SELECT 1 -- ON CLUSTER c', undefined],
  ["INSERT INTO x VALUES ('ON CLUSTER')", undefined],
])('%s', (given, run) => {
  expect(onEveryServer(given)).toBe(run);
});

test('each shard shows the rows whose key is its own, of tables that are known', () => {
  const filters = new ShardFilters(3);
  filters.learn("Distributed('embedded', 'd', 't_local', cityHash64(k))");
  filters.learn("Distributed('embedded', 'd', 'u_local', if(k = ')', 1, 2))");
  filters.learn('MergeTree ORDER BY k');
  expect(filters.knows('d')).toBe(true);
  expect(filters.knows('other')).toBe(false);
  expect(filters.applyTo(context('other')).settings).toEqual(new Map());
  expect(filters.applyTo(context('d', { max_threads: '2' })).settings).toEqual(
    new Map([
      ['max_threads', '2'],
      [
        'additional_table_filters',
        "{'d.t_local': '(cityHash64(k)) % 3 + 1 = shardNum()', 'd.u_local': '(if(k = \\')\\', 1, 2)) % 3 + 1 = shardNum()'}",
      ],
    ]),
  );
});

test('filters that a statement has itself hold as well', () => {
  const filters = new ShardFilters(2);
  filters.learn("Distributed('embedded', 'd', 't_local', k)");
  const own = {
    additional_table_filters: "{'d.t_local': 'v != \\'x\\'', 't_local': 'no effect', 'other': 'a'}",
  };
  expect(filters.applyTo(context('d', own)).settings.get('additional_table_filters')).toBe(
    "{'d.t_local': '((k) % 2 + 1 = shardNum()) AND (v != \\'x\\')', 'other': 'a'}",
  );
});

test('INSERT … SELECT is two steps, whatever columns it names', () => {
  expect(inTwoSteps('INSERT INTO d.t (a, b) SELECT 1, 1 FROM u', 'kept')).toEqual({
    create: 'CREATE TABLE `kept` ENGINE = Memory AS SELECT a, b FROM d.t WHERE 0',
    select: 'INSERT INTO `kept` SELECT 1, 1 FROM u',
    insert: 'INSERT INTO d.t (a, b)  SELECT * FROM `kept`',
    drop: 'DROP TABLE IF EXISTS `kept`',
  });
  expect(inTwoSteps('INSERT INTO t WITH 1 AS x SELECT x', 'kept')?.create).toBe(
    'CREATE TABLE `kept` ENGINE = Memory AS SELECT * FROM t WHERE 0',
  );
  expect(inTwoSteps('INSERT INTO t VALUES (1)', 'kept')).toBeUndefined();
});

test('with a keeper a table stays replicated, and has one id on every server', () => {
  const statement =
    "CREATE TABLE IF NOT EXISTS x ON CLUSTER 'c' (a UInt8) ENGINE = ReplicatedMergeTree ORDER BY a";
  const registered = onEveryServer(statement, 'd');
  expect(registered).toMatch(
    /^CREATE TABLE IF NOT EXISTS x UUID '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}' \(a UInt8\) ENGINE = ReplicatedMergeTree ORDER BY a$/,
  );
  expect(onEveryServer(statement, 'd')).toBe(registered);
  expect(onEveryServer(statement, 'other')).not.toBe(registered);
});
