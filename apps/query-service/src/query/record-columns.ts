/** The table of records and what is selected of it; ClickHouse writes the JSON. */
import { RECORD_FIELD_NAMES, type RecordFieldName } from '@bigdata/models';

/** Rows of one key are one record: only what is read with FINAL is one. */
export const RECORDS_TABLE = 'record_versions';

/** These have a value in every record. */
const NEVER_EMPTY: readonly RecordFieldName[] = ['attributes', 'first_seen_at', 'updated_at', 'ingest_id'];

/** @param select names as the caller wants them; a name given twice counts once */
export function recordColumns(select: readonly RecordFieldName[] = RECORD_FIELD_NAMES): string[] {
  return [...new Set(select)].map(recordColumn);
}

/** The table says '' where a field is empty, answers say null. */
function recordColumn(name: RecordFieldName): string {
  if (name === 'record_id') return 'lower(hex(dedupe_key)) AS record_id';
  return NEVER_EMPTY.includes(name) ? name : `nullIf(${name}, '') AS ${name}`;
}
