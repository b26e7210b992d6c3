import { nameTables } from './tables';

test('on one server every table has its own name, and nothing is asked of a cluster', () => {
  const tables = nameTables('bigdata', null);
  const { writes, stored, everywhere, system, systemOfShards } = tables;
  expect([writes, stored, everywhere].map((name) => name('record_versions'))).toEqual(
    Array(3).fill('record_versions'),
  );
  expect([system('parts'), systemOfShards('parts')]).toEqual(['system.parts', 'system.parts']);
  expect(tables.syncReplicas(['record_versions'])).toEqual([]);
  expect(tables.settings).toEqual({});
  expect(tables.hidingSettings['additional_table_filters']).toContain(
    "'record_versions': 'dedupe_key NOT IN (SELECT dedupe_key FROM erasing_records)'",
  );
});

test('on a cluster a statement names what it means: all shards, the server at hand, or every server', () => {
  const tables = nameTables('bigdata', 'main');
  expect(tables.writes('record_versions')).toBe('record_versions_writes');
  expect(tables.writes('ingest_rejects')).toBe('ingest_rejects');
  expect(tables.stored('ingest_rejects')).toBe('ingest_rejects_local');
  expect(tables.everywhere('ingest_rejects')).toBe("`bigdata`.ingest_rejects_local ON CLUSTER 'main'");
  expect(tables.system('processes')).toBe("clusterAllReplicas('main', system.processes)");
  expect(tables.systemOfShards('parts')).toBe("cluster('main', system.parts)");
  expect(tables.syncReplicas(['records', 'erasing_records'])).toEqual([
    "SYSTEM SYNC REPLICA ON CLUSTER 'main' `bigdata`.records_local",
    "SYSTEM SYNC REPLICA ON CLUSTER 'main' `bigdata`.erasing_records_local",
  ]);
});

test('on a cluster rows are hidden on their shard, by the marks that lie there', () => {
  const { hidingSettings } = nameTables('bigdata', 'main');
  expect(hidingSettings['additional_table_filters']).toContain(
    "'bigdata.record_versions_local': 'dedupe_key NOT IN (SELECT dedupe_key FROM `bigdata`.erasing_records_local)'",
  );
});
