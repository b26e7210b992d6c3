/**
 * Keys of rows that are to be deleted because the person they tell of was erased. They are here from the moment on which
 * the rows are hidden until the rows are gone from the disk.
 */
import { type Migration } from './migration';

const erasingRecords = `
CREATE TABLE IF NOT EXISTS erasing_records (
  erasure_id UUID,
  dedupe_key FixedString(16)
)
ENGINE = ReplacingMergeTree
ORDER BY (dedupe_key, erasure_id)`;

const erasingRejects = `
CREATE TABLE IF NOT EXISTS erasing_rejects (
  erasure_id UUID,
  job_id UUID,
  byte_offset UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (job_id, byte_offset, erasure_id)`;

export const migration0005: Migration = {
  id: 5,
  name: 'erasures',
  statements: [erasingRecords, erasingRejects],
};
