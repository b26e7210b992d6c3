/**
 * Finds records by what identifies a person: kind and hash of a value → keys of the records that have had it. A
 * materialized view keeps it up with every insert into `record_versions`. It may name records that no longer have the
 * value, or have another one with the same hash, so whoever reads it tests the merged record again; what it must never
 * do is miss one. Parts of a load lie in a partition of the load's number, as in `record_versions`, and leave with it.
 * An empty value has no entry.
 *
 * A first name or a last name alone finds too many, so names count as a pair. A record can show a first name of one row
 * beside the last name of another; then one of the two rows has its first and its last name not of one version (or
 * lacks one of them): would both rows have one version for both names, the later row would show both. Such a row is
 * entered under each name of its own as well, and a search for a pair looks under all three.
 */
import { type Migration } from './migration';

const recordLookups = `
CREATE TABLE IF NOT EXISTS record_lookups (
  kind Enum8('email' = 1, 'phone' = 2, 'full_name' = 3, 'name' = 4, 'first_name' = 5, 'last_name' = 6),
  hash UInt64,
  dedupe_key FixedString(16),
  load UInt32
)
ENGINE = ReplacingMergeTree
PARTITION BY load
ORDER BY (kind, hash, dedupe_key)
SETTINGS index_granularity = 1024`;

/** 0 stands for no entry; one value in 2^64 that has this hash would be missed. */
const entry = (kind: number, condition: string, ...values: string[]): string =>
  `(${kind}, if(${condition}, cityHash64(${values.join(', ')}), 0))`;

const NAMES_DIFFER = 'substring(v_first_name, 1, 8) != substring(v_last_name, 1, 8)';

const entries = `
SELECT known.1 AS kind, known.2 AS hash, dedupe_key, load
FROM record_versions ARRAY JOIN arrayFilter(entry -> entry.2 != 0, [
  ${entry(1, "email_match != ''", 'email_match')},
  ${entry(2, "phone != ''", 'phone')},
  ${entry(3, "full_name_match != ''", 'full_name_match')},
  ${entry(4, "first_name_match != '' AND last_name_match != ''", 'first_name_match', 'last_name_match')},
  ${entry(5, `first_name_match != '' AND ${NAMES_DIFFER}`, 'first_name_match')},
  ${entry(6, `last_name_match != '' AND ${NAMES_DIFFER}`, 'last_name_match')}
]) AS known`;

const keepUp = `CREATE MATERIALIZED VIEW IF NOT EXISTS record_lookups_of_inserts TO record_lookups AS ${entries}`;

/** After the view: what is inserted meanwhile comes twice, which merges into itself. */
const carryOver = `INSERT INTO record_lookups (kind, hash, dedupe_key, load) ${entries}`;

export const migration0003: Migration = {
  id: 3,
  name: 'record-lookups',
  statements: [recordLookups, keepUp, carryOver],
};
