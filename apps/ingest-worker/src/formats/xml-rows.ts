/** Rows of a segment of XML: the elements of the record's name, whatever stands between them. */
import { countLines } from './json-rows';
import { createRowCells } from './row-cells';
import { type ReadLimits, type ReadPlan, type RowReader } from './rows';
import { createXmlRecordFinder } from './xml-record-finder';
import { createXmlRecordParser } from './xml-record-parser';
import { CDATA_OPEN, COMMENT_OPEN, hasBytes } from './xml-characters';

const LT = 0x3c;
const LF = 0x0a;
const CR = 0x0d;

export function createXmlRowReader(
  plan: Pick<ReadPlan, 'columns'> & { readonly format: { readonly element: string } },
  limits: ReadLimits,
  keepEmptyExtras = false,
): RowReader {
  const cells = createRowCells(plan, limits, keepEmptyExtras);
  const parser = createXmlRecordParser(cells, limits.depthMax, limits.columnsMax);
  const finder = createXmlRecordFinder(plan.format.element, limits.depthMax);
  let p = 0;
  let line = 0;
  let countedTo = 0;
  let hasCr = false;

  const countTo = (at: number): void => {
    if (hasCr) line += countLines(cells.bytes, countedTo, at);
    else {
      const { bytes } = cells;
      for (let q = bytes.indexOf(LF, countedTo); q !== -1 && q < at; q = bytes.indexOf(LF, q + 1)) line += 1;
    }
    countedTo = at;
  };

  const skipPast = (from: number, token: string): void => {
    const end = cells.bytes.indexOf(token, from);
    p = end === -1 ? cells.length : Math.min(cells.length, end + token.length);
  };

  const toRecord = (): boolean => {
    const { bytes, length } = cells;
    while (p < length) {
      if (bytes[p] !== LT) p += 1;
      else if (hasBytes(bytes, p, COMMENT_OPEN)) skipPast(p + 4, '-->');
      else if (hasBytes(bytes, p, CDATA_OPEN)) skipPast(p + 9, ']]>');
      else if (bytes[p + 1] === 0x3f) skipPast(p + 2, '?>');
      else if (finder.startsAt(bytes, p, length) === true) return true;
      else p += 1;
    }
    return false;
  };

  /** End of a record that is broken, or too long to be believed: as the splitter sees it. */
  const structuralEnd = (from: number): number => {
    finder.begin(from);
    const end = finder.scan(cells.bytes, cells.length, true);
    const isWhole = end >= 0 && end - from <= limits.rowBytesMax;
    if (!isWhole && finder.nested !== -1) return finder.nested;
    return end < 0 ? cells.length : end;
  };

  return {
    row: cells.row,
    open(segment) {
      cells.open(segment);
      p = 0;
      line = 0;
      countedTo = 0;
      hasCr = segment.includes(CR);
    },
    next() {
      if (!toRecord()) return false;
      const from = p;
      countTo(from);
      cells.begin(from, line);
      const end = parser.parse(from);
      const isWhole = end !== -1 && end - from <= limits.rowBytesMax;
      p = isWhole ? end : structuralEnd(from);
      cells.finish(p, end !== -1 && end !== p ? 'malformed_xml' : parser.problem);
      return true;
    },
    raw: cells.raw,
    lines() {
      countTo(cells.length);
      return line;
    },
  };
}
