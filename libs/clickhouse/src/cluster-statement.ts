/**
 * The statements of migrations as they are on a cluster. Migrations are written for one server; here the tables they make
 * become replicated ones on every server, and statements about them statements about all of these. Pure.
 */
import { hasComputedColumns, localName, quoteText, shardingKeyOf, type Tables } from './tables';

export interface ClusterStatement {
  readonly sql: string;
  /** The table whose stored columns it makes or changes: what stands for all shards has to follow. */
  readonly changes: string | null;
}

/** A column as `system.columns` tells of it. */
export interface StoredColumn {
  readonly name: string;
  readonly type: string;
  /** `ALIAS` for what is computed when it is read. */
  readonly default_kind: string;
}

const CREATE_TABLE =
  /^\s*CREATE TABLE IF NOT EXISTS (?<table>\w+) (?<columns>\([\s\S]*\n\))\s+ENGINE = (?<engine>\w*MergeTree)(?<rest>[\s\S]*)$/;
const CREATE_VIEW =
  /^\s*CREATE MATERIALIZED VIEW IF NOT EXISTS (?<view>\w+) TO (?<table>\w+) AS (?<select>[\s\S]*)$/;
const ALTER = /^\s*ALTER TABLE (?<table>\w+) (?<change>[\s\S]*)$/;
const INSERT = /^\s*INSERT INTO (?<table>\w+) (?<rest>\([\s\S]*)$/;
const TRUNCATE = /^\s*TRUNCATE TABLE IF EXISTS (?<table>\w+)\s*$/;

/** @throws Error for a kind of statement that has no form on a cluster yet: better than one that takes effect on one server */
export function toClusterStatement(statement: string, tables: Tables): ClusterStatement {
  const created = CREATE_TABLE.exec(statement)?.groups;
  if (created) {
    const { table = '', columns, engine, rest = '' } = created;
    return {
      sql: `CREATE TABLE IF NOT EXISTS ${tables.everywhere(known(table))} ${columns}
ENGINE = Replicated${engine}${rest.replace('non_replicated_deduplication_window', 'replicated_deduplication_window')}`,
      changes: table,
    };
  }
  const viewed = CREATE_VIEW.exec(statement)?.groups;
  if (viewed) {
    const { view, table = '', select = '' } = viewed;
    const onShard = select.replace(
      /\bFROM (\w+)/g,
      (_, from: string) => `FROM ${tables.qualified(known(from))}`,
    );
    return {
      sql: `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view}${tables.onCluster} TO ${tables.qualified(known(table))} AS ${onShard}`,
      changes: null,
    };
  }
  const altered = ALTER.exec(statement)?.groups;
  if (altered) {
    const { table = '', change } = altered;
    return { sql: `ALTER TABLE ${tables.everywhere(known(table))} ${change}`, changes: table };
  }
  const inserted = INSERT.exec(statement)?.groups;
  if (inserted) {
    const { table = '', rest } = inserted;
    return { sql: `INSERT INTO ${tables.writes(known(table))} ${rest}`, changes: null };
  }
  const emptied = TRUNCATE.exec(statement)?.groups;
  if (emptied) {
    const { table = '' } = emptied;
    return { sql: `TRUNCATE TABLE IF EXISTS ${tables.everywhere(known(table))}`, changes: null };
  }
  throw new Error(`a statement without a form on a cluster: ${statement.trim().slice(0, 80)}`);
}

/** A table that stands for those of all shards, with the columns it has. */
export interface SpreadTable {
  readonly name: string;
  readonly columns: readonly Pick<StoredColumn, 'name' | 'type'>[];
}

/**
 * What is read gives computed columns like stored ones, because their expressions would otherwise be put into the
 * statement, where the names of its own columns can hide theirs. An INSERT through it would have to fill them, so where
 * there are such columns another table without them takes what is inserted.
 */
export function spreadTablesOf(table: string, stored: readonly StoredColumn[]): readonly SpreadTable[] {
  const whole = { name: table, columns: stored };
  if (!hasComputedColumns(table)) return [whole];
  return [
    whole,
    { name: `${table}_writes`, columns: stored.filter(({ default_kind }) => default_kind !== 'ALIAS') },
  ];
}

/** @param how `CREATE TABLE IF NOT EXISTS`, or `CREATE OR REPLACE TABLE` for one that has other columns now */
export function createSpreadTable(
  how: 'CREATE TABLE IF NOT EXISTS' | 'CREATE OR REPLACE TABLE',
  { name, columns }: SpreadTable,
  table: string,
  tables: Tables,
): string {
  const listed = columns.map((column) => `\`${column.name}\` ${column.type}`).join(',\n  ');
  return `${how} ${name}${tables.onCluster} (
  ${listed}
)
ENGINE = Distributed(${quoteText(tables.cluster ?? '')}, ${quoteText(tables.database)}, ${quoteText(localName(table))}, ${shardingKeyOf(known(table))})`;
}

function known(table: string): string {
  if (shardingKeyOf(table) === null) throw new Error(`a table without a sharding key: ${table}`);
  return table;
}
