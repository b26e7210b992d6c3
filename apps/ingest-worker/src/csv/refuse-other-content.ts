/** What the first bytes of a file say about its being no CSV at all. */

export interface ContentRefusal {
  readonly code: 'unsupported_format' | 'unsupported_encoding' | 'binary_file';
  readonly detail: string;
}

const MAGIC: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'Zstandard'],
  [[0x50, 0x4b, 0x03, 0x04], 'zip (or a spreadsheet)'],
  [[0x50, 0x4b, 0x05, 0x06], 'zip'],
  [[0x42, 0x5a, 0x68], 'bzip2'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz'],
  [[0x37, 0x7a, 0xbc, 0xaf], '7z'],
  [[0x50, 0x41, 0x52, 0x31], 'Parquet'],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], 'PDF'],
];

const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

/** @returns null for what may be text in UTF-8 */
export function refuseOtherContent(head: Uint8Array): ContentRefusal | null {
  const startsWith = (bytes: readonly number[]): boolean =>
    bytes.every((byte, index) => head[index] === byte);
  const format = MAGIC.find(([bytes]) => startsWith(bytes));
  if (format) {
    return {
      code: 'unsupported_format',
      detail: `The file is ${format[1]}, not plain CSV. Unpack or export it to CSV first.`,
    };
  }
  if (UTF16_MARKS.some(startsWith)) {
    return {
      code: 'unsupported_encoding',
      detail: 'The file is in UTF-16. Save it as UTF-8 and load it again.',
    };
  }
  if (head.includes(0)) {
    return {
      code: 'binary_file',
      detail: 'The file holds zero bytes, so it is no text in UTF-8. Export it as CSV in UTF-8.',
    };
  }
  return null;
}
