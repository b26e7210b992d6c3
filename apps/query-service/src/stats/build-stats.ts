/**
 * The statements of GET /v1/stats. Counts are over merged records, so they read FINAL: sums that a materialized view
 * keeps of inserts cannot know that two rows are one record, or that a later load changed its country.
 */
import { type Tables } from '@bigdata/clickhouse';
import { type FilterField, type RecordFieldName, type StatsInterval } from '@bigdata/models';
import { createSqlParameters, type SqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { candidateCondition } from '../filter/candidate-filter';
import { compileFilter } from '../filter/compile-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { RECORDS_TABLE } from '../query/record-columns';

export interface GroupsSpec {
  readonly groupBy: readonly FilterField[];
  readonly filter: NormalizedFilter | null;
  readonly interval: StatsInterval | undefined;
  readonly limit: number;
}

/** A group is a row: `g0`, `g1`, `g2`, `count`, and `total`, which counts all records of all groups. */
export function buildGroups({ groupBy, filter, interval, limit }: GroupsSpec): SqlQuery {
  const parameters = createSqlParameters();
  const names = groupBy.map((_, index) => `g${index}`);
  const keys = groupBy.map((field, index) => `${groupKey(field, interval, parameters)} AS g${index}`);
  const sql = `SELECT ${names.join(', ')}, records AS count, sum(records) OVER () AS total
FROM (
  SELECT ${keys.join(', ')}, count() AS records
  FROM ${RECORDS_TABLE} FINAL${conditions(filter, parameters)}
  GROUP BY ${names.join(', ')}
)
ORDER BY count DESC, ${names.join(', ')}
LIMIT ${parameters.one('UInt64', String(limit))}`;
  return { sql, params: parameters.all() };
}

/** Fields that a record may be without. */
export const COVERED_FIELDS = [
  'dataset',
  'email',
  'phone',
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'birth_date',
  'gender',
  'company',
  'job_title',
  'website',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
  'attributes',
] as const satisfies readonly RecordFieldName[];

/**
 * One row. A value is told apart by 64 bits of hash: of ten million different ones two are taken for one with a
 * probability of 1 in 370,000, in a fraction of the memory.
 */
export function buildTotals(filter: NormalizedFilter | null): SqlQuery {
  const parameters = createSqlParameters();
  const distinct = (column: string): string =>
    `uniqExactIf(cityHash64(${column}), ${column} != '') AS distinct_${column}s`;
  const covered = COVERED_FIELDS.map((name) => `countIf(notEmpty(${storedColumn(name)})) AS has_${name}`);
  const sql = `SELECT count() AS records, ${distinct('email')}, ${distinct('phone')},
  ${covered.join(',\n  ')},
  sumMap(map(toString(dataset), toUInt64(1))) AS datasets,
  toString(toUUID(UUIDNumToString(toFixedString(substring(argMax(v_ingest, updated_at), 5, 16), 16)))) AS last_ingest_id,
  max(updated_at) AS last_ingest_at
FROM ${RECORDS_TABLE} FINAL${conditions(filter, parameters)}`;
  return { sql, params: parameters.all() };
}

/** A part that was mutated has the mutation's number as the fifth member of its name; the first is the partition. */
const MUTATION = "if(length(splitByChar('_', name)) = 5, data_version, 0)";

/**
 * What answers depend on: every insert, every dropped load and every mutation changes it, a merge does not. The table's own id is part of
 * it, since another table may have seen as many inserts. `pending`: rows that are being erased.
 */
export function buildVersion(tables: Tables): SqlQuery {
  const [records, erasing] = [RECORDS_TABLE, 'erasing_records'].map((table) => `'${tables.stored(table)}'`);
  // Each shard numbers its blocks for itself; outside a cluster the number of a shard is 0.
  return {
    sql: `SELECT lower(hex(sipHash128((SELECT groupArray(uuid) FROM system.tables
    WHERE database = currentDatabase() AND name = ${records}), arraySort(groupArray(state))))) AS version,
  sum(pending) AS pending
FROM (
  SELECT (shardNum() AS shard, table, partition_id, max(max_block_number), max(${MUTATION})) AS state,
    sumIf(rows, table = ${erasing}) AS pending
  FROM ${tables.systemOfShards('parts')}
  WHERE database = {database:String} AND active AND table IN (${records}, ${erasing})
  GROUP BY shard, table, partition_id
)`,
    params: { database: tables.database },
  };
}

/** The packed column where there is one: it is empty exactly when the value is, and nothing needs to be cut off. */
function storedColumn(name: (typeof COVERED_FIELDS)[number]): string {
  return name === 'dataset' ? name : `v_${name}`;
}

function groupKey(
  field: FilterField,
  interval: StatsInterval | undefined,
  parameters: SqlParameters,
): string {
  if (field.kind === 'attribute') return `nullIf(attributes[${parameters.one('String', field.name)}], '')`;
  const { name } = field;
  if (name === 'ingest_id') return `toString(${name})`;
  if (name !== 'first_seen_at' && name !== 'updated_at') return `nullIf(toString(${name}), '')`;
  return interval === 'month' ? `formatDateTime(${name}, '%Y-%m')` : `toString(toDate(${name}))`;
}

function conditions(filter: NormalizedFilter | null, parameters: SqlParameters): string {
  if (filter === null) return '';
  const candidates = candidateCondition(filter, parameters);
  const before = candidates === null ? '' : `\n  PREWHERE ${candidates}`;
  return `${before}\n  WHERE ${compileFilter(filter, parameters)}`;
}
