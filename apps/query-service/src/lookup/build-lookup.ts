/**
 * The one statement of POST /v1/lookup: the keys come from the index table (record ids are keys themselves), the records
 * are read by key and tested after the merge, since an index may name too many.
 */
import { LOOKUP_LIMITS, type LookupKind, type RecordFieldName } from '@bigdata/models';
import { createSqlParameters, type SqlQuery } from '../clickhouse/sql-parameters';
import { candidateCondition } from '../filter/candidate-filter';
import { compileFilter } from '../filter/compile-filter';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { recordColumns, RECORDS_TABLE } from '../query/record-columns';
import { LOOKUP_FIELDS } from './lookup-items';

export interface LookupSpec {
  readonly kind: LookupKind;
  /** Normalised, each once; at least one. */
  readonly values: readonly string[];
  readonly select: readonly RecordFieldName[] | undefined;
}

/** The spelling that equality compares: what an item was normalised to. */
const FOUND_BY: Readonly<Record<LookupKind, string>> = {
  emails: 'email_match',
  phones: 'phone',
  record_ids: 'lower(hex(dedupe_key))',
};

/** Every row carries `found_by`, the value of the request that it answers, beside what was selected. */
export function buildLookup({ kind, values, select }: LookupSpec): SqlQuery {
  const parameters = createSqlParameters();
  const filter: NormalizedFilter = {
    op: 'in',
    field: { kind: 'field', name: LOOKUP_FIELDS[kind] },
    values,
  };
  const columns = [`${FOUND_BY[kind]} AS found_by`, ...recordColumns(select)];
  const candidates = candidateCondition(filter, parameters);
  const sql = `SELECT ${columns.join(', ')}
FROM ${RECORDS_TABLE} FINAL${candidates === null ? '' : `\nPREWHERE ${candidates}`}
WHERE ${compileFilter(filter, parameters)}
ORDER BY dedupe_key
LIMIT ${LOOKUP_LIMITS.recordsPerItem + 1} BY found_by`;
  return { sql, params: parameters.all() };
}
