/** Rows of a segment of NDJSON: one object a line, lines of blanks alone are none. */
import { createJsonRecordParser } from './json-record-parser';
import { createRowCells } from './row-cells';
import { type ReadLimits, type ReadPlan, type RowProblem, type RowReader } from './rows';

const LF = 0x0a;
const CR = 0x0d;

export function createNdjsonRowReader(
  plan: Pick<ReadPlan, 'columns'>,
  limits: ReadLimits,
  keepEmptyExtras = false,
): RowReader {
  const cells = createRowCells(plan, limits, keepEmptyExtras);
  const parser = createJsonRecordParser(cells, limits.depthMax, false);
  let p = 0;
  let line = 0;

  const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;
  /** Moves to the next line that is not blank. */
  const toLine = (): boolean => {
    const { bytes, length } = cells;
    for (; p < length; p += 1) {
      const byte = bytes[p];
      if (byte === LF || byte === CR) {
        if (byte === CR && bytes[p + 1] === LF) p += 1;
        line += 1;
      } else if (!isBlank(byte)) return true;
    }
    return false;
  };
  const endOfLine = (from: number): number => {
    const { bytes, length } = cells;
    let q = from;
    while (q < length && bytes[q] !== LF && bytes[q] !== CR) q += 1;
    return q;
  };

  return {
    row: cells.row,
    open(segment) {
      cells.open(segment);
      p = 0;
      line = 0;
    },
    next() {
      if (!toLine()) return false;
      cells.begin(p, line);
      const parsed = parser.parse(p);
      let problem: RowProblem | null = parser.problem;
      let end = parsed === -1 ? p : parsed;
      while (isBlank(cells.bytes[end]) && parsed !== -1) end += 1;
      const byte = cells.bytes[end];
      if (parsed === -1 || (end < cells.length && byte !== LF && byte !== CR)) {
        problem = parsed === -1 ? problem : 'malformed_json';
        end = endOfLine(end);
      }
      p = end;
      cells.finish(end, problem);
      return true;
    },
    raw: cells.raw,
    lines: () => line,
  };
}
