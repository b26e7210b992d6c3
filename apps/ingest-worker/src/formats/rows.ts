/**
 * Rows as the formats give them and the normaliser takes them: cells in one byte buffer, without an object or a string
 * per cell. A format is two parts. A splitter, in the main thread, cuts the text of a file into segments of whole
 * records; a row reader, in a worker thread, takes a segment apart. Positions count bytes of the text as UTF-8 after
 * decompression and transcoding; for a plain UTF-8 file they are positions in the file.
 */

/** The row under way. One object, filled anew by every `next`. */
export interface Row {
  /** Holds the cells; not only the segment, since an unescaped cell lies behind it. */
  bytes: Buffer;
  /** Cell i is `bytes[starts[i], ends[i])`, UTF-8; an empty cell has start = end. */
  starts: Int32Array;
  ends: Int32Array;
  /** Cells that the row has. It may be more or fewer than the file has columns; the arrays hold `columns` at most. */
  count: number;
  /** Values under names that are no column of the plan (JSON and XML only). */
  extras: readonly (readonly [name: string, value: string])[];
  /** Of the row's first byte, from the start of the segment. */
  offset: number;
  /** Of the row's first byte, from the start of the segment, the first line being 0. */
  line: number;
  /** Why the row cannot be read; its cells are not valid then. */
  problem: RowProblem | null;
  /** Column that the problem is about, from 0. */
  problemColumn: number | null;
}

export const ROW_PROBLEMS = [
  'unterminated_quote',
  'invalid_quote',
  'row_too_long',
  'field_too_long',
  'invalid_encoding',
  'nul_byte',
  'too_many_columns',
  'malformed_json',
  'not_an_object',
  'nested_too_deep',
  'malformed_xml',
] as const;
export type RowProblem = (typeof ROW_PROBLEMS)[number];

export interface RowReader {
  readonly row: Row;
  /** Begins with a segment that a splitter of the same plan made. */
  open(segment: Buffer): void;
  /** Moves `row` to the next row; false at the end of the segment. */
  next(): boolean;
  /** Text of the current row without its line end, at most RAW_BYTES_MAX bytes of it. */
  raw(): string;
  /** Line ends in the whole segment; valid once `next` gave false. */
  lines(): number;
}

/** A rejected row is kept for people to look at: this much of it. */
export const RAW_BYTES_MAX = 65_536;

export interface Segment {
  /** Whole records and what stands between them, in memory of its own: it is handed to a thread. */
  readonly bytes: Buffer;
  /** Position of its first byte. The next segment starts at `start + bytes.length + dropped`. */
  readonly start: number;
  /** Bytes behind `bytes` that belong to the last record and are not kept: the rest of one that is too long. */
  readonly dropped: number;
}

export interface Splitter {
  /** Adds the next bytes of the text. The chunk may be reused after the call. */
  push(chunk: Uint8Array): void;
  /** No more bytes will come. @throws JobFailure when the file ends where it must not */
  end(): void;
  /**
   * The next segment: it ends with the first record at which it spans `segmentBytes`, so that from one start the cut
   * depends on the bytes alone and never on how they came in. After `end` also the rest. Null: push more, or done.
   * @throws JobFailure for a file that is broken outside its records
   */
  next(): Segment | null;
}

export interface ReadLimits {
  /** Bytes of one field. */
  readonly fieldBytesMax: number;
  /** Bytes of one record. */
  readonly rowBytesMax: number;
  readonly columnsMax: number;
  /** Levels of objects, arrays or elements inside a record. */
  readonly depthMax: number;
}

/** How a file is to be read: plain data, made once per job and kept with it, so that every try reads the same way. */
export interface ReadPlan {
  readonly compression: 'none' | 'gzip' | 'zstd' | 'brotli' | 'zip';
  /** Name of the member that is read, for zip. */
  readonly member: string | null;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly format:
    | {
        readonly kind: 'csv';
        /** One ASCII character each. */
        readonly delimiter: string;
        readonly quote: string | null;
        readonly hasHeader: boolean;
      }
    | { readonly kind: 'ndjson' }
    /**
     * `path` leads from the document to the array of records: `[]` for a document that is the array. Null for one
     * without an array: it is its records itself, one behind the other, each over as many lines as it likes.
     */
    | { readonly kind: 'json'; readonly path: readonly string[] | null }
    /**
     * `element` is the name of the repeated element, as it is written, `ancestors` are the names of the elements that
     * are open where the first of them starts: what stands outside of the records must nest as well.
     */
    | { readonly kind: 'xml'; readonly element: string; readonly ancestors: readonly string[] };
  /** Names of the columns in order, made unique; JSON and XML: those seen in the head of the file. */
  readonly columns: readonly string[];
  /** Position of the first record, behind a header or a preamble. */
  readonly start: number;
  /** Line that starts there, from 1. */
  readonly startLine: number;
}
