/**
 * The statements of POST /v1/query. Everything reads FINAL: rows of one key count as the one record they merge to.
 * A page is found by its keys alone and then read whole, so that a scan touches only the columns of the filter.
 * Conditions on the key stand in PREWHERE, which comes before the merge: rows of one key pass or fail together, and
 * of what fails the other columns are neither read nor merged. Any other condition has to wait for the merge.
 * On a cluster each shard looks for keys among its own, as many as a page has, and the page is cut from those of all.
 */
import { type Tables } from '@bigdata/clickhouse';
import { type RecordFieldName } from '@bigdata/models';
import { createSqlParameters, type SqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { candidateCondition } from '../filter/candidate-filter';
import { compileFilter } from '../filter/compile-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { recordColumns, RECORDS_TABLE } from './record-columns';
import { compileOrder, type PagePosition, type RecordOrder } from './record-order';

export interface PageSpec {
  readonly filter: NormalizedFilter | null;
  readonly select: readonly RecordFieldName[] | undefined;
  /** Default: by record id. */
  readonly order?: RecordOrder;
  /** The last record of the page before, or null. */
  readonly after: PagePosition | null;
  readonly rowsMax: number;
}

/**
 * A statement in the stored order ends with the block that fills its limit. Each part gives blocks of its own, and each
 * thread has some under way: by default 65,409 rows each, here a granule.
 */
const STOPS_EARLY = { max_block_size: 1_024, max_threads: 2 } as const;

/** Every row carries `page_key`, its record id, and `page_sort`, its sort values, beside what was selected. */
export function buildPageQuery(page: PageSpec): SqlQuery {
  const parameters = createSqlParameters();
  const { sortValues, orderBy, limit, isStored, keys } = compilePageKeys(page, parameters);
  const columns = [
    'lower(hex(dedupe_key)) AS page_key',
    ...(sortValues.length === 0 ? [] : [`[${sortValues.join(', ')}] AS page_sort`]),
    ...recordColumns(page.select),
  ];
  const sql = `SELECT ${columns.join(', ')}
FROM ${RECORDS_TABLE} FINAL
PREWHERE dedupe_key IN (
  ${keys}
)
ORDER BY ${orderBy} LIMIT ${limit}`;
  return { sql, params: parameters.all(), ...(isStored && { settings: STOPS_EARLY }) };
}

/**
 * What has to be looked at to find a page, as the planner sees it. Of its keys alone: to plan the whole statement,
 * ClickHouse would run this part of it. What it does run is the look into the index table. On a cluster one shard tells of
 * itself, and keys are spread evenly.
 */
export function buildPageEstimate(page: PageSpec, { cluster }: Tables): SqlQuery {
  const parameters = createSqlParameters();
  const { keys } = compilePageKeys(page, parameters);
  const estimate = `EXPLAIN ESTIMATE ${keys}`;
  if (cluster === null) return { sql: estimate, params: parameters.all() };
  const shards = `SELECT max(shard_num) FROM system.clusters WHERE cluster = ${parameters.one('String', cluster)}`;
  return { sql: `SELECT rows * (${shards}) AS rows FROM (${estimate})`, params: parameters.all() };
}

function compilePageKeys({ filter, order, after, rowsMax }: PageSpec, parameters: SqlParameters) {
  const { sortValues, orderBy, isStored, afterByKey, afterByValues } = compileOrder(order, after, parameters);
  const keyConditions = [...afterByKey, ...candidateConditions(filter, parameters)];
  const conditions = conditionsOf(keyConditions, filter, parameters, afterByValues);
  const limit = parameters.one('UInt64', String(rowsMax));
  const keys = `SELECT dedupe_key FROM ${RECORDS_TABLE} FINAL${conditions}
  ORDER BY ${orderBy} LIMIT ${limit}`;
  return { sortValues, orderBy, limit, isStored, keys };
}

export interface StreamSpec {
  readonly filter: NormalizedFilter | null;
  readonly select: readonly RecordFieldName[] | undefined;
  /** What the format writes in place of the expression of a JSON answer. */
  readonly column: (name: RecordFieldName, expression: string) => string;
  readonly rowsMax: number;
}

/**
 * All records in the order of their ids. Read in the order of the table, so nothing is sorted and nothing but the keys
 * that a filter found is kept; without a filter not even those.
 */
export function buildStreamQuery({ filter, select, column, rowsMax }: StreamSpec): SqlQuery {
  const parameters = createSqlParameters();
  const end = `ORDER BY dedupe_key LIMIT ${parameters.one('UInt64', String(rowsMax))}`;
  const keys = `SELECT dedupe_key FROM ${RECORDS_TABLE} FINAL`;
  const found =
    filter === null
      ? ''
      : `PREWHERE dedupe_key IN (
  ${keys}${conditionsOf(candidateConditions(filter, parameters), filter, parameters)}
  ${end}
)
`;
  const sql = `SELECT ${recordColumns(select, column).join(', ')}
FROM ${RECORDS_TABLE} FINAL
${found}${end}`;
  return { sql, params: parameters.all() };
}

/** @param before counts only records whose id is less: 32 hexadecimal digits */
export function buildCountQuery(filter: NormalizedFilter | null, before?: string): SqlQuery {
  const parameters = createSqlParameters();
  const keyConditions = [
    ...(before === undefined ? [] : [`dedupe_key < unhex(${parameters.one('String', before)})`]),
    ...candidateConditions(filter, parameters),
  ];
  return {
    sql: `SELECT count() AS count FROM ${RECORDS_TABLE} FINAL${conditionsOf(keyConditions, filter, parameters)}`,
    params: parameters.all(),
  };
}

function candidateConditions(filter: NormalizedFilter | null, parameters: SqlParameters): string[] {
  const candidates = filter && candidateCondition(filter, parameters);
  return candidates === null ? [] : [candidates];
}

function conditionsOf(
  keyConditions: readonly string[],
  filter: NormalizedFilter | null,
  parameters: SqlParameters,
  further: readonly string[] = [],
): string {
  const before = keyConditions.length === 0 ? '' : `\n  PREWHERE ${keyConditions.join('\n    AND ')}`;
  const after = [...further, ...(filter === null ? [] : [compileFilter(filter, parameters)])];
  return after.length === 0 ? before : `${before}\n  WHERE ${after.join('\n    AND ')}`;
}
