/** Counters of X-ClickHouse-Summary; every value travels as a string. */
export type Summary = {
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly elapsedNs: number;
};

export const EMPTY_SUMMARY: Summary = {
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
  resultRows: 0,
  resultBytes: 0,
  elapsedNs: 0,
};

export function toSummaryHeader(summary: Summary): string {
  return JSON.stringify({
    read_rows: String(summary.readRows),
    read_bytes: String(summary.readBytes),
    written_rows: String(summary.writtenRows),
    written_bytes: String(summary.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(summary.resultRows),
    result_bytes: String(summary.resultBytes),
    elapsed_ns: String(summary.elapsedNs),
  });
}

const STATISTICS = /"rows_read":\s*(\d+),\s*"bytes_read":\s*(\d+)/;

/**
 * Rows and bytes read as the JSON formats report them in their last lines. The engine tells no other way; for other
 * formats the rows of the result stand in.
 */
export function readStatistics(tail: string): { rows: number; bytes: number } | undefined {
  const match = STATISTICS.exec(tail);
  return match ? { rows: Number(match[1]), bytes: Number(match[2]) } : undefined;
}
