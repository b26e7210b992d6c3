/** Statements about a load as a whole. Pure. */
import { type Tables } from '@bigdata/clickhouse';

/** The partition of what can no longer be undone. */
export const BASE_LOAD = 0;

export interface LoadKeys {
  readonly loadNumber: number;
  /** Rows that the load loaded. */
  readonly rows: number;
  /** Loads that ended before and are not in the base. */
  readonly earlierLoads: readonly number[];
}

/** Up to so many rows the keys of a load are a set in memory (some 50 MB) that the primary index is asked with. */
const SET_ROWS_MAX = 1_000_000;

/** A key counts once, and is new when neither the base nor an earlier load has it. */
export function buildCountNew({ loadNumber, rows, earlierLoads }: LoadKeys): {
  query: string;
  params: Record<string, unknown>;
} {
  const params = { load: loadNumber, earlier: [BASE_LOAD, ...earlierLoads] };
  if (rows <= SET_ROWS_MAX) {
    const mine = 'SELECT dedupe_key FROM record_versions WHERE load = {load:UInt32}';
    return {
      query: `SELECT toUInt64(uniqExact(dedupe_key)) - (
  SELECT toUInt64(uniqExact(dedupe_key)) FROM record_versions
  WHERE load IN {earlier:Array(UInt32)} AND dedupe_key IN (${mine})
) AS records_new
FROM record_versions WHERE load = {load:UInt32}`,
      params,
    };
  }
  // More keys than memory should hold: the table is sorted by key, so they are compared in passing.
  return {
    query: `SELECT toUInt64(countIf(is_mine AND NOT is_known)) AS records_new FROM (
  SELECT dedupe_key, max(load = {load:UInt32}) AS is_mine, max(load != {load:UInt32}) AS is_known
  FROM record_versions WHERE load = {load:UInt32} OR load IN {earlier:Array(UInt32)}
  GROUP BY dedupe_key
) SETTINGS optimize_aggregation_in_order = 1`,
    params,
  };
}

/**
 * The copy is inserted before the original is dropped. While both are there they merge into themselves, so readers see
 * no difference, and a copy that was broken off is simply made again. The table has a name of its own in the copying,
 * because plain `load` would be the number that stands in its place, and no row would be copied.
 */
export function buildSeal(loadNumber: number, tables: Tables): readonly string[] {
  const load = Math.trunc(loadNumber);
  return [
    `INSERT INTO ${tables.writes('record_versions')} SELECT * REPLACE (toUInt32(${BASE_LOAD}) AS load) FROM ${tables.writes('record_versions')} AS kept
WHERE kept.load = ${load} SETTINGS insert_deduplicate = 0, optimize_on_insert = 0`,
    ...buildDrop(load, tables),
  ];
}

/** The records first: an index without its records finds nothing, records without their index would not be found. */
export function buildDrop(loadNumber: number, tables: Tables): readonly string[] {
  const load = Math.trunc(loadNumber);
  return ['record_versions', 'record_lookups'].map(
    (table) => `ALTER TABLE ${tables.everywhere(table)} DROP PARTITION ${load}`,
  );
}
