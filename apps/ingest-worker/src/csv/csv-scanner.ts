/**
 * Where one record ends and its cells lie, by RFC 4180 and what real files do beside it. What a record is depends on
 * its own bytes alone: batches, positions and insert tokens are built on that.
 *
 * - A record ends with LF, CRLF or CR outside quotes, or with the file.
 * - A quote opens a quoted cell only as its first byte; elsewhere in an unquoted cell it is an ordinary character.
 * - After a closing quote only the delimiter or the record's end may follow.
 * - A record whose quoting is broken, or which does not end within `rowBytesMax`, is its first line alone, and reading
 *   goes on after that line's end. So a stray quote costs one line, never the rows behind it.
 */
import { type RowProblem } from '../formats/rows';

const LF = 0x0a;
const CR = 0x0d;

export interface CsvDialect {
  /** One ASCII byte. */
  readonly delimiter: number;
  /** One ASCII byte, or -1: nothing is quoted. */
  readonly quote: number;
}

/** More bytes are needed to tell. */
export const NEEDS_MORE = 0;
export const COMPLETE = 1;
export const BROKEN = 2;
export type ScanOutcome = typeof NEEDS_MORE | typeof COMPLETE | typeof BROKEN;

export class CsvScanner {
  /** Cells of the record scanned last: `bytes[starts[i], ends[i])`, without quotes; at most `cellsMax` of them. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Cells of the record, however many. */
  count = 0;
  /** Greater than 0 where the cell holds doubled quotes. */
  readonly doubled: Uint8Array;
  /** Any cell is `doubled`. */
  hasDoubled = false;
  /** Behind the record's last byte, and behind its line end. */
  contentEnd = 0;
  end = 0;
  /** Line ends in the record, its own included. */
  breaks = 0;
  /** Of the record when BROKEN, of a cell when COMPLETE. */
  problem: RowProblem | null = null;
  problemColumn: number | null = null;

  readonly #delimiter: number;
  readonly #quote: number;
  readonly #endsCell = new Uint8Array(256);
  readonly #rowBytesMax: number;
  readonly #cellBytesMax: number;
  readonly #cellsMax: number;

  constructor(
    dialect: CsvDialect,
    limits: { readonly rowBytesMax: number; readonly fieldBytesMax: number },
    cellsMax: number,
  ) {
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    for (const byte of [dialect.delimiter, LF, CR]) this.#endsCell[byte] = 1;
    this.#rowBytesMax = limits.rowBytesMax;
    this.#cellBytesMax = limits.fieldBytesMax;
    this.#cellsMax = cellsMax;
    this.starts = new Int32Array(cellsMax);
    this.ends = new Int32Array(cellsMax);
    this.doubled = new Uint8Array(cellsMax);
  }

  /** @param final no bytes will come behind `length` */
  scan(bytes: Buffer, start: number, length: number, final: boolean): ScanOutcome {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const endsCell = this.#endsCell;
    const { starts, ends, doubled } = this;
    const overlong = start + this.#rowBytesMax + 1;
    const stop = overlong < length ? overlong : length;
    const cellsMax = this.#cellsMax;
    const cellBytesMax = this.#cellBytesMax;
    let p = start;
    let count = 0;
    this.breaks = 0;
    this.problem = null;
    this.problemColumn = null;
    this.hasDoubled = false;
    for (;;) {
      let from = p;
      let to: number;
      let hasDoubled = 0;
      if (p < stop && bytes[p] === quote) {
        from = p + 1;
        const closing = this.#closingQuote(bytes, from, stop, final || stop === overlong);
        if (closing < 0) return this.#stopped(stop === overlong, final);
        to = closing;
        hasDoubled = this.#sawDoubled ? 1 : 0;
        p = closing + 1;
        if (p < stop && endsCell[bytes[p] ?? 0] === 0) return this.#broken('invalid_quote');
      } else {
        while (p < stop && endsCell[bytes[p] ?? 0] === 0) p += 1;
        to = p;
      }
      if (p >= stop) {
        if (stop === overlong) return this.#broken('row_too_long');
        if (!final) return NEEDS_MORE;
      }
      if (count < cellsMax) {
        starts[count] = from;
        ends[count] = to;
        doubled[count] = hasDoubled;
        if (hasDoubled !== 0) this.hasDoubled = true;
      }
      if (to - from > cellBytesMax && this.problem === null) {
        this.problem = 'field_too_long';
        this.problemColumn = count;
      }
      count += 1;
      if (p < stop && bytes[p] === delimiter) {
        p += 1;
        continue;
      }
      this.count = count;
      this.contentEnd = p;
      if (p < length) {
        if (bytes[p] === CR) {
          if (p + 1 >= length && !final) return NEEDS_MORE;
          p += p + 1 < length && bytes[p + 1] === LF ? 2 : 1;
        } else p += 1;
        this.breaks += 1;
      }
      this.end = p;
      return COMPLETE;
    }
  }

  /** End of the line that starts at `from`, behind its line end; sets `contentEnd`. Null when it is not there yet. */
  lineEnd(bytes: Buffer, from: number, length: number, final: boolean): number | null {
    let p = from;
    while (p < length && bytes[p] !== LF && bytes[p] !== CR) p += 1;
    this.contentEnd = p;
    if (p >= length) return final ? p : null;
    if (bytes[p] === LF) return p + 1;
    if (p + 1 >= length) return final ? p + 1 : null;
    return bytes[p + 1] === LF ? p + 2 : p + 1;
  }

  #sawDoubled = false;

  /** Position of the quote that closes the cell, or -1 when it is not before `stop`. Counts line ends on the way. */
  #closingQuote(bytes: Buffer, from: number, stop: number, nothingFollows: boolean): number {
    const quote = this.#quote;
    this.#sawDoubled = false;
    let p = from;
    while (p < stop) {
      const byte = bytes[p] ?? 0;
      p += 1;
      if (byte === quote) {
        if (p < stop && bytes[p] === quote) {
          this.#sawDoubled = true;
          p += 1;
          continue;
        }
        // At the end of what is there a second quote may follow.
        return p < stop || nothingFollows ? p - 1 : -1;
      }
      if (byte === LF) this.breaks += 1;
      else if (byte === CR) {
        if (p >= stop) return -1;
        if (bytes[p] !== LF) this.breaks += 1;
      }
    }
    return -1;
  }

  #stopped(isOverlong: boolean, final: boolean): ScanOutcome {
    return isOverlong || final ? this.#broken('unterminated_quote') : NEEDS_MORE;
  }

  #broken(problem: RowProblem): typeof BROKEN {
    this.problem = problem;
    this.problemColumn = null;
    return BROKEN;
  }
}

/** Behind the line ends that start at `from`; a CR at the end stays, unless `final`. */
export function skipBlankLines(bytes: Buffer, from: number, length: number, final: boolean): number {
  let p = from;
  while (p < length) {
    const byte = bytes[p];
    if (byte === LF) p += 1;
    else if (byte === CR) {
      if (p + 1 >= length && !final) return p;
      p += p + 1 < length && bytes[p + 1] === LF ? 2 : 1;
    } else return p;
  }
  return p;
}
