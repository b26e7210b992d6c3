/**
 * How statements name tables, on one server or on a cluster. On a cluster what is stored of table `x` lies in `x_local`
 * on every server, replicated within its shard; `x` stands for all shards together, and gives every SELECT what one
 * server would give it. So only statements that insert, change or look at stored tables need to know.
 */
import { type ClickHouseSettings } from '@clickhouse/client';
import { ERASABLE_TABLES, type ErasableTable } from './erasable-tables';

export interface Tables {
  /** Null: one server. */
  readonly cluster: string | null;
  readonly database: string;
  /** Follows the name of what a statement is about, which then is one on every server; empty for one server. */
  readonly onCluster: string;
  /** What an INSERT names. */
  writes(table: string): string;
  /** What is stored of a table, on the server at hand: as system tables name it. */
  stored(table: string): string;
  /** The same in a statement that other servers run, where this database is not the one at hand. */
  qualified(table: string): string;
  /** The same on every server, as ALTER, DELETE, TRUNCATE and DROP name it. */
  everywhere(table: string): string;
  /** A table of `system`, of every server. */
  system(table: string): string;
  /** A table of `system`, of one replica of each shard. */
  systemOfShards(table: string): string;
  /** Statements that bring the replicas of tables into step; one server needs none. */
  syncReplicas(names: readonly string[]): readonly string[];
  /** For statements that a cluster answers only if they are allowed to, and for inserts that it acknowledges too early. */
  readonly settings: ClickHouseSettings;
  /** As settings of a SELECT they hide rows of erased persons from whatever the statement reads, in subqueries too. */
  readonly hidingSettings: Readonly<Record<string, string>>;
}

/** Keys by which rows are spread. Rows that are merged with, found by or hidden by each other lie on one shard. */
const BY_RECORD = 'cityHash64(dedupe_key)';
const BY_JOB = 'cityHash64(job_id)';
const SHARDED_BY: Readonly<Record<string, string>> = {
  records: BY_RECORD,
  record_versions: BY_RECORD,
  record_lookups: BY_RECORD,
  erasing_records: BY_RECORD,
  ingest_rejects: BY_JOB,
  ingest_loads: BY_JOB,
  erasing_rejects: BY_JOB,
  schema_migrations: 'id',
};

/** These have columns that are computed when they are read, which no INSERT may name. */
const COMPUTED: ReadonlySet<string> = new Set(['record_versions']);

const CLUSTER_SETTINGS: ClickHouseSettings = {
  // An insert is acknowledged by the shards, and not by the disk of the server that passes it on.
  distributed_foreground_insert: 1,
  // A subquery is answered by each shard for itself: tables that are compared are spread by the same key.
  distributed_product_mode: 'local',
  // Deletions look at the rows that are marked. Replicas are brought into step before.
  allow_nondeterministic_mutations: 1,
};

/** @param cluster its name in the servers' configuration (`remote_servers`); null: one server */
export function nameTables(database: string, cluster: string | null): Tables {
  if (cluster === null) {
    const same = (table: string): string => table;
    const hidingSettings = hidingSettingsOf(same, same);
    const system = (table: string): string => `system.${table}`;
    return {
      ...{ cluster, database, onCluster: '', hidingSettings, settings: {} },
      ...{ writes: same, stored: same, qualified: same, everywhere: same, system, systemOfShards: system },
      syncReplicas: () => [],
    };
  }
  const name = quoteText(cluster);
  const onCluster = ` ON CLUSTER ${name}`;
  const qualified = (table: string): string => `${quoteName(database)}.${localName(table)}`;
  const hidingSettings = hidingSettingsOf((table) => `${database}.${localName(table)}`, qualified);
  return {
    ...{ cluster, database, onCluster, hidingSettings, settings: CLUSTER_SETTINGS },
    writes: (table) => (COMPUTED.has(table) ? `${table}_writes` : table),
    stored: localName,
    qualified,
    everywhere: (table) => `${qualified(table)}${onCluster}`,
    system: (table) => `clusterAllReplicas(${name}, system.${table})`,
    systemOfShards: (table) => `cluster(${name}, system.${table})`,
    syncReplicas: (names) => names.map((table) => `SYSTEM SYNC REPLICA${onCluster} ${qualified(table)}`),
  };
}

/** The tables that are spread over the shards of a cluster. */
export const SHARDED_TABLES: readonly string[] = Object.keys(SHARDED_BY);

/** Null for a table that is not spread over shards: a view, say. */
export function shardingKeyOf(table: string): string | null {
  return SHARDED_BY[table] ?? null;
}

export const hasComputedColumns = (table: string): boolean => COMPUTED.has(table);

export const localName = (table: string): string => `${table}_local`;

/** A name as SQL takes it, whatever it is made of. */
export function quoteName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

/** A text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** @param nameOf a table as the setting names it @param inStatement as a statement does */
function hidingSettingsOf(
  nameOf: (table: string) => string,
  inStatement: (table: string) => string,
): Readonly<Record<string, string>> {
  const rule = ({ table, pending, key }: ErasableTable): string => {
    const columns = key.join(', ');
    const row = key.length === 1 ? columns : `(${columns})`;
    return `'${nameOf(table)}': '${row} NOT IN (SELECT ${columns} FROM ${inStatement(pending)})'`;
  };
  return { additional_table_filters: `{${ERASABLE_TABLES.map(rule).join(', ')}}` };
}
