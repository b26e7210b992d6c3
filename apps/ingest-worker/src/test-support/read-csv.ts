/** CSV through the splitter and the row reader, for tests: from bytes to records. */
import { createCsvRowReader } from '../csv/csv-rows';
import { createCsvSplitter } from '../csv/csv-splitter';
import { type ReadLimits, type RowProblem, type Segment } from '../formats/rows';

export interface ReadCsvRow {
  readonly fields: readonly string[];
  readonly line: number;
  readonly offset: number;
  readonly problem: RowProblem | null;
  readonly column: number | null;
  readonly raw: string;
}

export interface ReadCsvOptions {
  readonly limits?: Partial<ReadLimits>;
  readonly chunkBytes?: number;
  readonly segmentBytes?: number;
  readonly delimiter?: string;
  readonly quote?: string | null;
  readonly columns?: number;
}

export const CSV_LIMITS: ReadLimits = {
  fieldBytesMax: 10_000,
  rowBytesMax: 10_000,
  columnsMax: 1_000,
  depthMax: 10,
};

export interface ReadCsvResult {
  readonly rows: readonly ReadCsvRow[];
  readonly segments: readonly Segment[];
  /** Line ends in the whole. */
  readonly lines: number;
}

export function readCsv(input: string | Uint8Array, options: ReadCsvOptions = {}): ReadCsvResult {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const { chunkBytes = bytes.length || 1, segmentBytes = 1_000_000, delimiter = ',', quote = '"' } = options;
  const limits = { ...CSV_LIMITS, ...options.limits };
  const dialect = { delimiter: delimiter.charCodeAt(0), quote: quote === null ? -1 : quote.charCodeAt(0) };
  const columns = options.columns ?? 50;
  const splitter = createCsvSplitter({ dialect, limits, segmentBytes, start: 0 });
  const reader = createCsvRowReader(dialect, columns, limits);
  const rows: ReadCsvRow[] = [];
  const segments: Segment[] = [];
  let line = 0;
  const drain = (): void => {
    for (let segment = splitter.next(); segment !== null; segment = splitter.next()) {
      segments.push(segment);
      reader.open(segment.bytes);
      const { row } = reader;
      while (reader.next()) {
        const count = row.problem === null ? Math.min(row.count, columns) : 0;
        rows.push({
          fields: Array.from({ length: count }, (_, cell) =>
            row.bytes.toString('utf8', row.starts[cell], row.ends[cell]),
          ),
          line: line + row.line + 1,
          offset: segment.start + row.offset,
          problem: row.problem,
          column: row.problemColumn,
          raw: reader.raw(),
        });
      }
      line += reader.lines() + (segment.dropped > 0 ? 1 : 0);
    }
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A copy that is wiped after the push: the splitter may not keep the chunk.
    const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes));
    splitter.push(chunk);
    chunk.fill(0x3f);
    drain();
  }
  splitter.end();
  drain();
  return { rows, segments, lines: line };
}
