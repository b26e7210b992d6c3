/**
 * The statements of POST /v1/query. Everything reads FINAL: rows of one key count as the one record they merge to.
 * A page is found by its keys alone and then read whole, so that a scan touches only the columns of the filter.
 */
import { type RecordFieldName } from '@bigdata/models';
import { createSqlParameters, type SqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { candidateFilter } from '../filter/candidate-filter';
import { compileFilter } from '../filter/compile-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { recordColumns } from './record-columns';

export interface PageSpec {
  readonly filter: NormalizedFilter | null;
  readonly select: readonly RecordFieldName[] | undefined;
  /** Record id of the last record of the page before, or null. */
  readonly after: string | null;
  readonly rowsMax: number;
}

/** Every row carries `page_key`, its record id, beside what was selected. */
export function buildPageQuery({ filter, select, after, rowsMax }: PageSpec): SqlQuery {
  const parameters = createSqlParameters();
  const columns = ['lower(hex(dedupe_key)) AS page_key', ...recordColumns(select)];
  const conditions = [
    ...(after === null ? [] : [`dedupe_key > unhex(${parameters.one('String', after)})`]),
    ...filterConditions(filter, parameters),
  ];
  const sql = `SELECT ${columns.join(', ')}
FROM records FINAL
WHERE dedupe_key IN (
  SELECT dedupe_key FROM records FINAL${whereOf(conditions)}
  ORDER BY dedupe_key LIMIT ${parameters.one('UInt64', String(rowsMax))}
)
ORDER BY dedupe_key`;
  return { sql, params: parameters.all() };
}

export function buildCountQuery(filter: NormalizedFilter | null): SqlQuery {
  const parameters = createSqlParameters();
  const sql = `SELECT count() AS count FROM records FINAL${whereOf(filterConditions(filter, parameters))}`;
  return { sql, params: parameters.all() };
}

function filterConditions(filter: NormalizedFilter | null, parameters: SqlParameters): string[] {
  if (filter === null) return [];
  const candidates = candidateFilter(filter);
  const prefix =
    candidates === null
      ? []
      : [`dedupe_key IN (SELECT dedupe_key FROM records WHERE ${compileFilter(candidates, parameters)})`];
  return [...prefix, compileFilter(filter, parameters)];
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `\n  WHERE ${conditions.join('\n    AND ')}`;
}
