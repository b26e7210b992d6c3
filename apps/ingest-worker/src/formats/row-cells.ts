/**
 * The row that JSON and XML readers fill. Its bytes are a copy of the segment with room for twice as much behind it:
 * cells that stand in the segment as they are lie there, unescaped ones are written behind it. What is unescaped takes
 * no more room than it had; text of XML that is put together from pieces is written once more.
 */
import { isUtf8 } from 'node:buffer';
import { createNameTree, type NameNode, type NameTree } from './name-tree';
import { RAW_BYTES_MAX, type ReadLimits, type ReadPlan, type Row, type RowProblem } from './rows';

export interface RowCells {
  readonly row: Row;
  readonly names: NameTree;
  /** Segment, a zero byte that ends every scan, scratch. */
  bytes: Buffer;
  /** Bytes of the segment. */
  length: number;
  /** Where the next unescaped byte goes. */
  scratch: number;
  open(segment: Buffer): void;
  begin(offset: number, line: number): void;
  put(node: NameNode, start: number, end: number): void;
  /** Ends the row at `end`, with a problem or the one that was found on the way. */
  finish(end: number, problem: RowProblem | null): void;
  raw(): string;
}

export function createRowCells(
  plan: Pick<ReadPlan, 'columns'>,
  limits: ReadLimits,
  keepEmptyExtras = false,
): RowCells {
  const names = createNameTree(plan.columns);
  const width = plan.columns.length;
  const extras: (readonly [string, string])[] = [];
  let rowNumber = 0;
  let rowEnd = 0;
  let isValid = true;
  const row: Row = {
    bytes: Buffer.alloc(0),
    starts: new Int32Array(width),
    ends: new Int32Array(width),
    count: width,
    extras,
    offset: 0,
    line: 0,
    problem: null,
    problemColumn: null,
  };
  const cells: RowCells = {
    row,
    names,
    bytes: row.bytes,
    length: 0,
    scratch: 0,
    open(segment) {
      const needed = segment.length * 3 + 1;
      if (cells.bytes.length < needed) {
        cells.bytes = Buffer.allocUnsafeSlow(needed);
        row.bytes = cells.bytes;
      }
      cells.bytes.set(segment);
      cells.bytes[segment.length] = 0;
      cells.length = segment.length;
      isValid = isUtf8(segment);
    },
    begin(offset, line) {
      names.prune();
      rowNumber += 1;
      row.starts.fill(0);
      row.ends.fill(0);
      if (extras.length > 0) extras.length = 0;
      row.offset = offset;
      row.line = line;
      row.problem = null;
      row.problemColumn = null;
      cells.scratch = cells.length + 1;
    },
    put(node, start, end) {
      const { column } = node;
      if (end - start > limits.fieldBytesMax && row.problem === null) {
        row.problem = 'field_too_long';
        row.problemColumn = column === -1 ? null : column;
      }
      if (column !== -1) {
        row.starts[column] = start;
        row.ends[column] = end;
        return;
      }
      const isRepeated = node.row === rowNumber;
      if (!isRepeated) {
        if (start === end && !keepEmptyExtras) return;
        if (extras.length >= limits.columnsMax) {
          row.problem = 'too_many_columns';
          return;
        }
        node.row = rowNumber;
        node.extra = extras.length;
      }
      extras[node.extra] = [node.name, cells.bytes.toString('utf8', start, end)];
    },
    finish(end, problem) {
      rowEnd = end;
      if (problem !== null) row.problem = problem;
      if (problem !== null) row.problemColumn = null;
      if (!isValid && !isUtf8(cells.bytes.subarray(row.offset, end))) row.problem = 'invalid_encoding';
      if (end - row.offset > limits.rowBytesMax) row.problem = 'row_too_long';
      if (row.problem !== 'field_too_long') row.problemColumn = null;
    },
    raw: () => cells.bytes.toString('utf8', row.offset, Math.min(rowEnd, row.offset + RAW_BYTES_MAX)),
  };
  return cells;
}
