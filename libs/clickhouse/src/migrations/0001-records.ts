/**
 * Records merge by key and per field: in CoalescingMergeTree the latest non-null value of a column wins, so a
 * later load's empty field never erases one. `attributes` and `raw_values` merge per entry, each entry with a
 * rising version (`greatest version wins`). `first_ingest_id` keeps the job that brought the record.
 * A date of birth is ISO 8601 text, which sorts like the date: Date32 would turn years before 1900 into 1900.
 * The *_match columns hold the folded spelling that equality compares.
 * Records are read by key, one here and one there: with granules of 1,024 rows instead of 8,192 a read of one record
 * merges an eighth of the rows and takes a quarter of the time, at the same size on disk.
 */
import { type Migration } from './migration';

const records = `
CREATE TABLE IF NOT EXISTS records (
  dedupe_key FixedString(16),
  key_rule LowCardinality(Nullable(String)),
  dataset LowCardinality(Nullable(String)),
  email Nullable(String),
  email_match Nullable(String),
  phone Nullable(String),
  phone_extension Nullable(String),
  full_name Nullable(String),
  full_name_match Nullable(String),
  first_name Nullable(String),
  first_name_match Nullable(String),
  middle_name Nullable(String),
  middle_name_match Nullable(String),
  last_name Nullable(String),
  last_name_match Nullable(String),
  name_prefix LowCardinality(Nullable(String)),
  name_suffix LowCardinality(Nullable(String)),
  birth_date Nullable(String),
  gender LowCardinality(Nullable(String)),
  company Nullable(String),
  company_match Nullable(String),
  job_title Nullable(String),
  website Nullable(String),
  address Nullable(String),
  city Nullable(String),
  city_match Nullable(String),
  region Nullable(String),
  postal_code Nullable(String),
  country LowCardinality(Nullable(String)),
  attributes SimpleAggregateFunction(maxMap, Map(String, Tuple(UInt64, String))),
  raw_values SimpleAggregateFunction(maxMap, Map(String, Tuple(UInt64, String))),
  first_seen_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  updated_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  ingest_id Nullable(UUID),
  first_ingest_id SimpleAggregateFunction(any, UUID)
)
ENGINE = CoalescingMergeTree
ORDER BY dedupe_key
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000`;

const ingestRejects = `
CREATE TABLE IF NOT EXISTS ingest_rejects (
  job_id UUID,
  line UInt64,
  byte_offset UInt64,
  column Nullable(String),
  code LowCardinality(String),
  reason String,
  raw String,
  created_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(created_at)
ORDER BY (job_id, byte_offset)
SETTINGS non_replicated_deduplication_window = 10000`;

export const migration0001: Migration = {
  id: 1,
  name: 'records',
  statements: [records, ingestRejects],
};
