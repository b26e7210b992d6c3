/** The rows of a segment of CSV as cells. */
import { isUtf8 } from 'node:buffer';
import { RAW_BYTES_MAX, type ReadLimits, type ReadPlan, type Row, type RowReader } from '../formats/rows';
import { BROKEN, type CsvDialect, CsvScanner } from './csv-scanner';

export function toCsvDialect(format: Extract<ReadPlan['format'], { kind: 'csv' }>): CsvDialect {
  return {
    delimiter: format.delimiter.charCodeAt(0),
    quote: format.quote === null ? -1 : format.quote.charCodeAt(0),
  };
}

export function createCsvRowReader(dialect: CsvDialect, columns: number, limits: ReadLimits): RowReader {
  // Room for cells beyond the columns, so that one is seen; what they hold is looked at in the bytes.
  const scanner = new CsvScanner(dialect, limits, columns);
  const { starts, ends, doubled } = scanner;
  // Of a line that is too long the splitter may have dropped the rest, or not: no row may tell.
  const rawBytesMax = Math.min(RAW_BYTES_MAX, limits.rowBytesMax + 1);
  let bytes = Buffer.alloc(0);
  let length = 0;
  let position = 0;
  let line = 0;
  let isAllUtf8 = true;
  let nextNul = -1;
  let rawEnd = 0;
  const row: Row = {
    bytes,
    starts,
    ends,
    count: 0,
    extras: [],
    offset: 0,
    line: 0,
    problem: null,
    problemColumn: null,
  };

  /** Behind the segment: there doubled quotes become single ones, and the segment stays as it was read. */
  const unescape = (): void => {
    let to = length;
    const cells = Math.min(scanner.count, columns);
    for (let cell = 0; cell < cells; cell += 1) {
      if (doubled[cell] === 0) continue;
      const from = starts[cell] ?? 0;
      const end = ends[cell] ?? 0;
      starts[cell] = to;
      for (let p = from; p < end; p += 1) {
        const byte = bytes[p] ?? 0;
        bytes[to++] = byte;
        if (byte === dialect.quote) p += 1;
      }
      ends[cell] = to;
    }
  };

  /** Cells beyond the columns are harmless when they are blank. */
  const hasSurplus = (start: number): boolean => {
    const wide = new CsvScanner(dialect, limits, scanner.count);
    wide.scan(bytes, start, length, true);
    for (let cell = columns; cell < wide.count; cell += 1) {
      const text = bytes.toString('utf8', wide.starts[cell], wide.ends[cell]);
      if (text.trim() !== '') return true;
    }
    return false;
  };

  return {
    row,
    open(segment) {
      length = segment.length;
      const room = length + limits.rowBytesMax + 1;
      if (bytes.length < room) bytes = Buffer.allocUnsafeSlow(room);
      segment.copy(bytes);
      row.bytes = bytes;
      position = 0;
      line = 0;
      isAllUtf8 = isUtf8(segment);
      nextNul = segment.indexOf(0);
    },
    next() {
      for (; position < length; line += 1) {
        const byte = bytes[position];
        if (byte !== 0x0a && byte !== 0x0d) break;
        position =
          byte === 0x0d && bytes[position + 1] === 0x0a && position + 1 < length
            ? position + 2
            : position + 1;
      }
      if (position >= length) return false;
      const start = position;
      row.offset = start;
      row.line = line;
      const outcome = scanner.scan(bytes, start, length, true);
      row.problem = scanner.problem;
      row.problemColumn = scanner.problemColumn;
      if (outcome === BROKEN) {
        position = scanner.lineEnd(bytes, start, length, true) ?? length;
        rawEnd = scanner.contentEnd;
        line += position > rawEnd ? 1 : 0;
        return true;
      }
      rawEnd = scanner.contentEnd;
      position = scanner.end;
      line += scanner.breaks;
      row.count = scanner.count;
      if (!isAllUtf8 && !isUtf8(bytes.subarray(start, rawEnd))) row.problem ??= 'invalid_encoding';
      // Rows with broken quotes are passed by without a look.
      if (nextNul !== -1 && nextNul < start) nextNul = indexOfNul(bytes, start, length);
      if (nextNul !== -1 && nextNul < rawEnd) row.problem ??= 'nul_byte';
      if (row.problem === null) {
        if (scanner.count > columns && hasSurplus(start)) row.problem = 'too_many_columns';
        else if (scanner.hasDoubled) unescape();
      }
      return true;
    },
    raw: () => bytes.toString('utf8', row.offset, Math.min(rawEnd, row.offset + rawBytesMax)),
    lines: () => line,
  };
}

function indexOfNul(bytes: Buffer, from: number, length: number): number {
  const found = bytes.indexOf(0, from);
  return found < length ? found : -1;
}
