/**
 * What loads say of records. A row holds what one load says of one record, and `FINAL` merges the rows of a key field
 * by field. Every value carries its version in its first eight bytes, so the greatest text is the latest value:
 *
 *   load number, 4 bytes big-endian · place in the load, 4 bytes big-endian · the value
 *
 * and '' stands for "says nothing", which is less than every value. So a later load's value wins, an empty one never
 * erases, and neither the order of inserts nor their repetition nor the time of merges changes what is read.
 *
 *   v_<field>  the canonical value
 *   m_<field>  the spelling that equality compares, where it is not the value itself (in lower case, but for e-mail);
 *              it belongs to the value of the same version and to no other
 *   r_<field>  the text as it stood in the source, where it is not the value
 *
 * Every load is a partition of its own, so that undoing it is dropping the partition; 0 is the base, which loads are
 * moved into when they can no longer be undone.
 * Granules of 1,024 rows: records are read one here and one there.
 */
import { type Migration } from './migration';

const NAMES = ['full_name', 'first_name', 'middle_name', 'last_name'];
const FIELDS = [
  'email',
  'phone',
  ...NAMES,
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
];
const FOLDED = [...NAMES, 'company', 'city'];

const VERSION_BYTES = 8;
const versionOf = (column: string): string => `substring(${column}, 1, ${VERSION_BYTES})`;
const valueOf = (column: string): string => `substring(${column}, ${VERSION_BYTES + 1})`;
const packed = (column: string): string => `${column} SimpleAggregateFunction(max, String)`;
const match = (field: string, otherwise: string): string =>
  `${field}_match String ALIAS if(notEmpty(m_${field}) AND ${versionOf(`m_${field}`)} = ${versionOf(`v_${field}`)}, ` +
  `${valueOf(`m_${field}`)}, ${otherwise})`;
const raw = (field: string): string =>
  `'${field}', if(${versionOf(`r_${field}`)} >= ${versionOf(`v_${field}`)}, ${valueOf(`r_${field}`)}, '')`;

const recordVersions = `
CREATE TABLE IF NOT EXISTS record_versions (
  dedupe_key FixedString(16),
  load UInt32,
  dataset SimpleAggregateFunction(max, LowCardinality(String)),
  key_rule SimpleAggregateFunction(max, LowCardinality(String)),
  first_seen_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  updated_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  v_ingest SimpleAggregateFunction(max, FixedString(20)),
  ${FIELDS.map((field) => packed(`v_${field}`)).join(',\n  ')},
  ${packed('v_phone_extension')},
  ${['email', ...FOLDED].map((field) => packed(`m_${field}`)).join(',\n  ')},
  ${FIELDS.map((field) => packed(`r_${field}`)).join(',\n  ')},
  v_attributes SimpleAggregateFunction(maxMap, Map(String, String)),
  ${FIELDS.map((field) => `${field} String ALIAS ${valueOf(`v_${field}`)}`).join(',\n  ')},
  phone_extension String ALIAS if(${versionOf('v_phone_extension')} = ${versionOf('v_phone')}, ${valueOf('v_phone_extension')}, ''),
  ${match('email', valueOf('v_email'))},
  ${FOLDED.map((field) => match(field, `lower(${valueOf(`v_${field}`)})`)).join(',\n  ')},
  attributes Map(String, String) ALIAS mapApply((name, value) -> (name, ${valueOf('value')}), v_attributes),
  raw_values Map(String, String) ALIAS mapFilter((name, value) -> notEmpty(value), map(
    ${FIELDS.map(raw).join(',\n    ')})),
  ingest_id UUID ALIAS toUUID(UUIDNumToString(toFixedString(substring(v_ingest, 5, 16), 16)))
)
ENGINE = AggregatingMergeTree
PARTITION BY load
ORDER BY dedupe_key
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000`;

const ingestLoads = `
CREATE TABLE IF NOT EXISTS ingest_loads (
  job_id UUID,
  load UInt32,
  dataset LowCardinality(String),
  source String,
  format LowCardinality(String),
  delimiter String,
  columns Array(String),
  started_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY job_id`;

const rejectSource = `
ALTER TABLE ingest_rejects ADD COLUMN IF NOT EXISTS source LowCardinality(String) AFTER job_id`;

/** What is carried over has the least version there is: any load after it is later. */
const OLDEST = `unhex('${'00'.repeat(VERSION_BYTES)}')`;
const carried = (column: string): string =>
  `if(isNull(${column}), '', concat(${OLDEST}, assumeNotNull(${column})))`;

const carryOver = `
INSERT INTO record_versions (dedupe_key, load, dataset, key_rule, first_seen_at, updated_at, v_ingest,
  ${FIELDS.map((field) => `v_${field}`).join(', ')}, v_phone_extension,
  ${['email', ...FOLDED].map((field) => `m_${field}`).join(', ')},
  ${FIELDS.map((field) => `r_${field}`).join(', ')}, v_attributes)
SELECT dedupe_key, 0, ifNull(dataset, ''), ifNull(key_rule, ''), first_seen_at, updated_at,
  toFixedString(concat(unhex('00000000'), UUIDStringToNum(toString(assumeNotNull(ingest_id)))), 20),
  ${FIELDS.map(carried).join(', ')}, ${carried('phone_extension')},
  ${['email', ...FOLDED].map((field) => carried(`${field}_match`)).join(', ')},
  ${FIELDS.map((field) => `if(mapContains(raw_values, '${field}'), concat(${OLDEST}, raw_values['${field}'].2), '')`).join(', ')},
  mapApply((name, value) -> (name, concat(${OLDEST}, value.2)), attributes)
FROM records FINAL`;

/** Emptied and not dropped: another process may be carrying over at this moment, which repeats harmlessly. */
const emptyOldTable = 'TRUNCATE TABLE IF EXISTS records';

export const migration0002: Migration = {
  id: 2,
  name: 'record-versions',
  statements: [recordVersions, ingestLoads, rejectSource, carryOver, emptyOldTable],
};
