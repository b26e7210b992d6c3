/** CSV that is in memory as records of texts: for headers, samples and small files. Loads go by csv-rows.ts. */
import { isUtf8 } from 'node:buffer';
import { type ReadLimits, type RowProblem } from '../formats/rows';
import { BROKEN, type CsvDialect, CsvScanner } from './csv-scanner';

const LF = 0x0a;
const CR = 0x0d;

export interface CsvRecord {
  /** Empty when there is a problem. */
  readonly fields: readonly string[];
  /** Of the record's first byte, from 1. */
  readonly line: number;
  readonly offset: number;
  /** Of the first byte behind the record and its line end, and the line that starts there. */
  readonly end: number;
  readonly endLine: number;
  readonly problem: RowProblem | null;
}

/** @param from where the first record or a blank line before it starts */
export function* readCsvRecords(
  bytes: Buffer,
  dialect: CsvDialect,
  limits: Pick<ReadLimits, 'fieldBytesMax' | 'rowBytesMax' | 'columnsMax'>,
  from = 0,
): Generator<CsvRecord, void, undefined> {
  const scanner = new CsvScanner(dialect, limits, limits.columnsMax + 1);
  const quote = dialect.quote === -1 ? '' : String.fromCharCode(dialect.quote);
  let line = 1;
  for (let at = from; at < bytes.length;) {
    if (bytes[at] === LF || bytes[at] === CR) {
      at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1;
      line += 1;
      continue;
    }
    const offset = at;
    const startLine = line;
    const outcome = scanner.scan(bytes, offset, bytes.length, true);
    let { problem } = scanner;
    if (outcome === BROKEN) {
      at = scanner.lineEnd(bytes, offset, bytes.length, true) ?? bytes.length;
      line += at > scanner.contentEnd ? 1 : 0;
    } else {
      at = scanner.end;
      line += scanner.breaks;
      if (!isUtf8(bytes.subarray(offset, scanner.contentEnd))) problem ??= 'invalid_encoding';
      if (scanner.count > limits.columnsMax) problem ??= 'too_many_columns';
    }
    const fields: string[] = [];
    for (let cell = 0; problem === null && cell < scanner.count; cell += 1) {
      const text = bytes.toString('utf8', scanner.starts[cell], scanner.ends[cell]);
      fields.push(scanner.doubled[cell] === 0 ? text : text.replaceAll(quote + quote, quote));
    }
    yield { fields, line: startLine, offset, end: at, endLine: line, problem };
  }
}
