/** Field → the expression that gives it in its public form; ClickHouse writes the JSON. */
import { RECORD_FIELD_NAMES, type RecordFieldName } from '@bigdata/models';

const EXPRESSIONS: Readonly<Partial<Record<RecordFieldName, string>>> = {
  record_id: 'lower(hex(dedupe_key)) AS record_id',
  // Stored as (version, value) per name.
  attributes: 'mapApply((name, entry) -> (name, entry.2), attributes) AS attributes',
};

/** @param select names as the caller wants them; a name given twice counts once */
export function recordColumns(select: readonly RecordFieldName[] = RECORD_FIELD_NAMES): string[] {
  return [...new Set(select)].map((name) => EXPRESSIONS[name] ?? name);
}
