/** What the first bytes of a file say it is, other than text. */
import { JobFailure } from '../jobs/job-failure';
import { type ReadPlan } from '../formats/rows';

export type Compression = ReadPlan['compression'];

const starts = (head: Uint8Array, bytes: readonly number[], at = 0): boolean =>
  bytes.every((byte, index) => head[at + index] === byte);

const COMPRESSIONS: readonly (readonly [bytes: readonly number[], compression: Compression])[] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0x50, 0x4b, 0x03, 0x04], 'zip'],
  [[0x50, 0x4b, 0x05, 0x06], 'zip'],
];

const UNSUPPORTED: readonly (readonly [bytes: readonly number[], name: string, at?: number])[] = [
  [[0x42, 0x5a, 0x68], 'bzip2'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz'],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], '7z'],
  [[0x04, 0x22, 0x4d, 0x18], 'LZ4'],
  [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], 'RAR'],
  [[0x75, 0x73, 0x74, 0x61, 0x72], 'a tar archive', 257],
  [[0x50, 0x41, 0x52, 0x31], 'Parquet'],
  [[0x4f, 0x62, 0x6a, 0x01], 'Avro'],
  [[0x4f, 0x52, 0x43], 'ORC'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'Arrow'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], 'an SQLite database'],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], 'PDF'],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'an old spreadsheet or document of Office'],
];

/** Content decides; brotli has no mark of its own, so there the name does. */
export function detectCompression(head: Uint8Array, name: string): Compression {
  const found = COMPRESSIONS.find(([bytes]) => starts(head, bytes));
  if (found) return found[1];
  return /\.br$/i.test(name) && head.length > 0 ? 'brotli' : 'none';
}

/**
 * @param head what is left after decompression
 * @throws JobFailure `unsupported_format`, `double_compression`
 */
export function refuseOtherContent(head: Uint8Array, compression: Compression): void {
  const inner = COMPRESSIONS.find(([bytes]) => starts(head, bytes));
  if (inner && compression !== 'none') {
    throw new JobFailure(
      'double_compression',
      `The file is compressed twice: ${inner[1]} within ${compression}. Unpack it once.`,
    );
  }
  const other = UNSUPPORTED.find(([bytes, , at]) => starts(head, bytes, at));
  if (other) {
    throw new JobFailure(
      'unsupported_format',
      `The file is ${other[1]}. Export or unpack it to CSV, JSON, NDJSON or XML; each may be plain or in gzip, ` +
        'Zstandard, brotli or zip.',
    );
  }
}
