/** Rows of a segment of JSON records, which stand one behind the other with commas between them. */
import { createJsonRecordParser } from './json-record-parser';
import { createJsonStructure } from './json-structure';
import { createRowCells } from './row-cells';
import { type ReadLimits, type ReadPlan, type RowReader } from './rows';

const LF = 0x0a;
const CR = 0x0d;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;

export function createJsonRowReader(
  plan: Pick<ReadPlan, 'columns'>,
  limits: ReadLimits,
  keepEmptyExtras = false,
): RowReader {
  const cells = createRowCells(plan, limits, keepEmptyExtras);
  const parser = createJsonRecordParser(cells, limits.depthMax, true);
  const structure = createJsonStructure();
  let p = 0;
  let line = 0;

  const toRecord = (): void => {
    const { bytes, length } = cells;
    for (; p < length; p += 1) {
      const byte = bytes[p];
      if (byte === LF || (byte === CR && bytes[p + 1] !== LF)) line += 1;
      else if (byte !== COMMA && byte !== CR && byte !== 0x20 && byte !== 0x09) return;
    }
  };
  /** End of the value that starts at `from`, valid or not. */
  const structuralEnd = (from: number): number => {
    structure.begin();
    const end = structure.scan(cells.bytes, from, cells.length);
    return end === -1 ? cells.length : end;
  };

  return {
    row: cells.row,
    open(segment) {
      cells.open(segment);
      p = 0;
      line = 0;
    },
    next() {
      toRecord();
      if (p >= cells.length) return false;
      const from = p;
      cells.begin(from, line);
      const parsed = parser.parse(from);
      let { problem } = parser;
      if (parsed !== -1 && cells.bytes[from] === OPEN_OBJECT) {
        p = parsed;
        line += parser.lines;
      } else {
        p = structuralEnd(from);
        if (parsed !== -1 && parsed !== p) problem = 'malformed_json';
        line += countLines(cells.bytes, from, p);
      }
      cells.finish(p, problem);
      return true;
    },
    raw: cells.raw,
    lines: () => line,
  };
}

export function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let q = from; q < to; q += 1) {
    const byte = bytes[q];
    if (byte === LF || (byte === CR && (q + 1 >= to || bytes[q + 1] !== LF))) lines += 1;
  }
  return lines;
}
