import { createSpreadTable, spreadTablesOf, toClusterStatement } from './cluster-statement';
import { MIGRATIONS } from './migrations';
import { nameTables } from './tables';

const tables = nameTables('bigdata', "it's");

test('a table becomes a replicated one on every server, with its own settings', () => {
  const { sql, changes } = toClusterStatement(
    `
CREATE TABLE IF NOT EXISTS ingest_rejects (
  job_id UUID,
  raw String
)
ENGINE = ReplacingMergeTree(created_at)
ORDER BY job_id
SETTINGS non_replicated_deduplication_window = 10000`,
    tables,
  );
  expect(sql).toBe(`CREATE TABLE IF NOT EXISTS \`bigdata\`.ingest_rejects_local ON CLUSTER 'it\\'s' (
  job_id UUID,
  raw String
)
ENGINE = ReplicatedReplacingMergeTree(created_at)
ORDER BY job_id
SETTINGS replicated_deduplication_window = 10000`);
  expect(changes).toBe('ingest_rejects');
});

test.each([
  [
    'ALTER TABLE ingest_rejects ADD COLUMN IF NOT EXISTS source String',
    "ALTER TABLE `bigdata`.ingest_rejects_local ON CLUSTER 'it\\'s' ADD COLUMN IF NOT EXISTS source String",
    'ingest_rejects',
  ],
  [
    'CREATE MATERIALIZED VIEW IF NOT EXISTS seen TO record_lookups AS SELECT 1 FROM record_versions ARRAY JOIN [1] AS x',
    "CREATE MATERIALIZED VIEW IF NOT EXISTS seen ON CLUSTER 'it\\'s' TO `bigdata`.record_lookups_local AS SELECT 1 FROM `bigdata`.record_versions_local ARRAY JOIN [1] AS x",
    null,
  ],
  [
    'INSERT INTO record_versions (load) SELECT 1 FROM records FINAL',
    'INSERT INTO record_versions_writes (load) SELECT 1 FROM records FINAL',
    null,
  ],
  ['INSERT INTO record_lookups (load) SELECT 1', 'INSERT INTO record_lookups (load) SELECT 1', null],
  [
    'TRUNCATE TABLE IF EXISTS records',
    "TRUNCATE TABLE IF EXISTS `bigdata`.records_local ON CLUSTER 'it\\'s'",
    null,
  ],
])('%s', (statement, sql, changes) => {
  expect(toClusterStatement(statement, tables)).toEqual({ sql, changes });
});

test.each([
  'OPTIMIZE TABLE records FINAL',
  'DROP TABLE records',
  'ALTER TABLE unheard_of ADD COLUMN x UInt8',
  'CREATE TABLE IF NOT EXISTS unheard_of (\n  x UInt8\n)\nENGINE = MergeTree\nORDER BY x',
  'CREATE TABLE records (\n  x UInt8\n)\nENGINE = MergeTree\nORDER BY x',
])('is refused, because it would take effect on one server alone: %s', (statement) => {
  expect(() => toClusterStatement(statement, tables)).toThrow(/without a/);
});

test('every migration has its form', () => {
  for (const { statements } of MIGRATIONS) {
    for (const statement of statements) {
      const { sql } = toClusterStatement(statement, tables);
      expect(sql).toMatch(/ON CLUSTER 'it\\'s'|^INSERT INTO/);
    }
  }
});

test('what is read has the computed columns, what is written has not', () => {
  const stored = [
    { name: 'dedupe_key', type: 'FixedString(16)', default_kind: '' },
    { name: 'v_email', type: 'SimpleAggregateFunction(max, String)', default_kind: '' },
    { name: 'email', type: 'String', default_kind: 'ALIAS' },
  ];
  const spread = spreadTablesOf('record_versions', stored);
  expect(spread.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
    ['record_versions', ['dedupe_key', 'v_email', 'email']],
    ['record_versions_writes', ['dedupe_key', 'v_email']],
  ]);
  expect(createSpreadTable('CREATE OR REPLACE TABLE', spread[1]!, 'record_versions', tables))
    .toBe(`CREATE OR REPLACE TABLE record_versions_writes ON CLUSTER 'it\\'s' (
  \`dedupe_key\` FixedString(16),
  \`v_email\` SimpleAggregateFunction(max, String)
)
ENGINE = Distributed('it\\'s', 'bigdata', 'record_versions_local', cityHash64(dedupe_key))`);
});
