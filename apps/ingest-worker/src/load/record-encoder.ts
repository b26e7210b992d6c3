/** Rows of the `records` table in RowBinary, in the order of RECORD_COLUMNS. */
import { type DedupeKey } from '@bigdata/normalization';
import { type Entry, type RecordRow, TEXT_COLUMNS } from '../rows/record-row';
import { RowBinaryWriter } from './row-binary-writer';

export const RECORD_COLUMNS = [
  'dedupe_key',
  'key_rule',
  'dataset',
  ...TEXT_COLUMNS,
  'attributes',
  'raw_values',
  'first_seen_at',
  'updated_at',
  'ingest_id',
  'first_ingest_id',
] as const;

export interface RecordOrigin {
  readonly dataset: string;
  readonly jobId: string;
  /** Milliseconds since 1970 at which the job was first taken up: the same for every retry. */
  readonly startedMs: number;
}

export interface RecordEncoder {
  add(row: RecordRow, key: DedupeKey): void;
  /** What was added since the last call. */
  take(): readonly Buffer[];
}

/** Batches of one job that the version can tell apart; at 8 MiB each that is a file of 8 TB. */
const VERSIONS_PER_MS = 1_000_000n;

/** @param batch number of the batch, from 1 */
export function entryVersion(startedMs: number, batch: number): bigint {
  return BigInt(startedMs) * VERSIONS_PER_MS + BigInt(batch);
}

export function createRecordEncoder(origin: RecordOrigin): (batch: number) => RecordEncoder {
  const jobId = uuidBytes(origin.jobId);
  const startedAt = uint64Bytes(BigInt(origin.startedMs));
  return (batch) => {
    const writer = new RowBinaryWriter();
    const version = uint64Bytes(entryVersion(origin.startedMs, batch));
    const writeMap = (entries: readonly Entry[]): void => {
      writer.varint(entries.length);
      for (const [name, value] of entries) {
        writer.text(name);
        writer.bytes(version);
        writer.text(value);
      }
    };
    return {
      add(row, { key, rule }) {
        writer.bytes(key);
        writer.nullableText(rule);
        writer.nullableText(origin.dataset);
        for (const column of TEXT_COLUMNS) writer.nullableText(row[column]);
        writeMap(row.attributeEntries);
        writeMap(row.rawEntries);
        writer.bytes(startedAt);
        writer.bytes(startedAt);
        writer.uint8(0);
        writer.bytes(jobId);
        writer.bytes(jobId);
      },
      take: () => writer.take(),
    };
  };
}

/** ClickHouse keeps a UUID as two numbers of 64 bits, the high one first, each in little-endian order. */
export function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 8).reverse();
  bytes.subarray(8, 16).reverse();
  return bytes;
}

function uint64Bytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
