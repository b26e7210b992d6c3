/** The table of records and what is selected of it; ClickHouse writes the JSON. */
import { RECORD_FIELD_NAMES, type RecordFieldName } from '@bigdata/models';

/** Rows of one key are one record: only what is read with FINAL is one. */
export const RECORDS_TABLE = 'record_versions';

/** These have a value in every record. */
const NEVER_EMPTY: readonly RecordFieldName[] = ['attributes', 'first_seen_at', 'updated_at', 'ingest_id'];

/**
 * @param select names as the caller wants them; a name given twice counts once
 * @param column what is written in place of an expression; default: the expression
 */
export function recordColumns(
  select: readonly RecordFieldName[] = RECORD_FIELD_NAMES,
  column = (_name: RecordFieldName, expression: string): string => expression,
): string[] {
  return [...new Set(select)].map((name) => {
    const expression = column(name, recordColumn(name));
    return expression === name ? name : `${expression} AS ${name}`;
  });
}

/** The table says '' where a field is empty, answers say null. */
function recordColumn(name: RecordFieldName): string {
  if (name === 'record_id') return 'lower(hex(dedupe_key))';
  return NEVER_EMPTY.includes(name) ? name : `nullIf(${name}, '')`;
}
