/**
 * Records out of bytes, by RFC 4180 and what real files do beside it. What a record is depends on the bytes alone,
 * never on how they were cut into chunks: batches, offsets and insert tokens are built on that.
 *
 * - A record ends with LF, CRLF or CR outside quotes, or with the file. Lines without a byte are no records.
 * - A quote opens a quoted field only as its first byte; elsewhere in an unquoted field it is an ordinary character.
 * - After a closing quote only the delimiter or the record's end may follow.
 * - A record whose quoting is broken, or which does not end within `rowBytesMax`, is refused as its first line alone,
 *   and reading goes on after that line's end. So a stray quote costs one line, never the rows behind it. One such line
 *   makes the reader look at up to `rowBytesMax` bytes twice.
 *
 * Memory: one chunk and one record.
 */
import { isUtf8 } from 'node:buffer';

export interface CsvLimits {
  /** Bytes of one field between its quotes. */
  readonly fieldBytesMax: number;
  /** Bytes of one record without its line end. */
  readonly rowBytesMax: number;
}

export const CSV_PROBLEMS = [
  'unterminated_quote',
  'invalid_quote',
  'row_too_long',
  'field_too_long',
  'invalid_encoding',
  'nul_byte',
] as const;
export type CsvProblem = (typeof CSV_PROBLEMS)[number];

export interface CsvRecord {
  /** Empty when there is a problem. */
  readonly fields: readonly string[];
  /** Line of the record's first byte, from 1. */
  readonly line: number;
  /** Of the record's first byte in the source. */
  readonly offset: number;
  /** Of the first byte after the record and its line end. */
  readonly end: number;
  /** Of the line that starts at `end`. */
  readonly endLine: number;
  readonly problem: CsvProblem | null;
  /** Field that the problem is about, from 0. */
  readonly column: number | null;
}

export interface CsvReaderOptions {
  /** One ASCII byte. */
  readonly delimiter: number;
  readonly limits: CsvLimits;
  /** Where in the source the first pushed byte lies. A byte order mark is skipped at offset 0 only. */
  readonly offset: number;
  readonly line: number;
}

export interface CsvReader {
  /** Adds the next bytes of the source. The chunk may be reused after the call. */
  push(chunk: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /** The next record, or null when more bytes are needed or none are left. */
  next(): CsvRecord | null;
  /** Text of the record that `next` gave last, without its line end, at most RAW_BYTES_MAX bytes of it. */
  raw(): string;
}

/** A rejected row is kept for people to look at: this much of it. */
export const RAW_BYTES_MAX = 65_536;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What the scan of one record came to. */
const NEEDS_MORE = 0;
const COMPLETE = 1;
const BROKEN = 2;

export function createCsvReader(options: CsvReaderOptions): CsvReader {
  const { delimiter } = options;
  const { fieldBytesMax, rowBytesMax } = options.limits;
  const endsField = new Uint8Array(256);
  for (const byte of [delimiter, LF, CR]) endsField[byte] = 1;
  const matters = new Uint8Array(256);
  for (const byte of [QUOTE, LF, CR]) matters[byte] = 1;

  let window = Buffer.alloc(0);
  let length = 0;
  /** The window byte by byte as characters: an ASCII field is a slice of it, which costs no decoding. */
  let text = '';
  let mayHoldNul = false;
  /** Of window[0] in the source. */
  let base = options.offset;
  let position = 0;
  let line = options.line;
  let final = false;
  let atStart = options.offset === 0;
  /** The record given last, in the window. */
  let rawStart = 0;
  let rawEnd = 0;
  /** A refused line whose end has not been seen yet. */
  let skipped: { problem: CsvProblem; offset: number } | null = null;
  let skippedRaw: string | null = null;

  // Outcome of the last scan.
  let fields: string[] = [];
  let scanEnd = 0;
  let contentEnd = 0;
  let breaks = 0;
  let problem: CsvProblem | null = null;
  let problemColumn: number | null = null;

  const decode = (start: number, end: number, bits: number): string =>
    bits < 0x80 ? text.substring(start, end) : window.toString('utf8', start, end);

  /** Fills the outcome for the record that starts at `start`. */
  const scan = (start: number): typeof NEEDS_MORE | typeof COMPLETE | typeof BROKEN => {
    const overlong = start + rowBytesMax + 1;
    const stop = Math.min(length, overlong);
    let p = start;
    let allBits = 0;
    fields = [];
    breaks = 0;
    problem = null;
    problemColumn = null;
    for (;;) {
      let fieldStart = p;
      let fieldEnd: number;
      let bits = 0;
      if (p < stop && window[p] === QUOTE) {
        let doubled = false;
        fieldStart = ++p;
        for (;;) {
          while (p < stop) {
            const byte = window[p] ?? 0;
            if (matters[byte] !== 0) break;
            bits |= byte;
            p += 1;
          }
          if (p >= stop) return stopped(stop === overlong, 'unterminated_quote');
          const byte = window[p] ?? 0;
          p += 1;
          if (byte === QUOTE) {
            if (p < stop && window[p] === QUOTE) {
              doubled = true;
              p += 1;
              continue;
            }
            break;
          }
          if (byte === LF) breaks += 1;
          else {
            // CRLF is one line end; a CR at the window's end may be half of one.
            if (p >= stop) return stopped(stop === overlong, 'unterminated_quote');
            if (window[p] !== LF) breaks += 1;
          }
        }
        fieldEnd = p - 1;
        if (p >= stop) {
          if (stop === overlong) return refuse('row_too_long');
          if (!final) return NEEDS_MORE;
        } else if (endsField[window[p] ?? 0] === 0) return refuse('invalid_quote');
        const value = decode(fieldStart, fieldEnd, bits);
        fields.push(doubled ? value.replaceAll('""', '"') : value);
      } else {
        while (p < stop) {
          const byte = window[p] ?? 0;
          if (endsField[byte] !== 0) break;
          bits |= byte;
          p += 1;
        }
        fieldEnd = p;
        if (p >= stop) {
          if (stop === overlong) return refuse('row_too_long');
          if (!final) return NEEDS_MORE;
        }
        fields.push(decode(fieldStart, fieldEnd, bits));
      }
      allBits |= bits;
      if (fieldEnd - fieldStart > fieldBytesMax && problem === null) {
        problem = 'field_too_long';
        problemColumn = fields.length - 1;
      }
      if (p < stop && window[p] === delimiter) {
        p += 1;
        continue;
      }
      contentEnd = p;
      if (p < length) {
        if (window[p] === CR) {
          if (p + 1 >= length && !final) return NEEDS_MORE;
          p += window[p + 1] === LF && p + 1 < length ? 2 : 1;
        } else p += 1;
        breaks += 1;
      }
      scanEnd = p;
      if (allBits >= 0x80 && !isUtf8(window.subarray(start, contentEnd))) problem ??= 'invalid_encoding';
      if (mayHoldNul) {
        const nul = window.indexOf(0, start);
        if (nul !== -1 && nul < contentEnd) problem ??= 'nul_byte';
      }
      return COMPLETE;
    }
  };

  const stopped = (isOverlong: boolean, code: CsvProblem): typeof NEEDS_MORE | typeof BROKEN =>
    isOverlong || final ? refuse(code) : NEEDS_MORE;

  const refuse = (code: CsvProblem): typeof BROKEN => {
    problem = code;
    problemColumn = null;
    return BROKEN;
  };

  /** End of the line that starts at `from`, past its line end; null when it is not in the window yet. */
  const lineEnd = (from: number): number | null => {
    let p = from;
    while (p < length && window[p] !== LF && window[p] !== CR) p += 1;
    contentEnd = p;
    if (p >= length) return final ? p : null;
    if (window[p] === LF) return p + 1;
    if (p + 1 >= length) return final ? p + 1 : null;
    return window[p + 1] === LF ? p + 2 : p + 1;
  };

  const give = (offset: number, code: CsvProblem | null, column: number | null): CsvRecord => {
    const startLine = line;
    line += breaks;
    position = scanEnd;
    return {
      fields: code === null ? fields : [],
      line: startLine,
      offset,
      end: base + scanEnd,
      endLine: line,
      problem: code,
      column,
    };
  };

  /** Gives the first line of a broken record, once its end is known. */
  const giveLine = (from: number, offset: number, code: CsvProblem): CsvRecord | null => {
    const end = lineEnd(from);
    if (end === null) {
      if (skippedRaw === null) {
        if (length - from < RAW_BYTES_MAX) return null;
        skippedRaw = window.toString('utf8', from, from + RAW_BYTES_MAX);
      }
      skipped = { problem: code, offset };
      // A CR that is the last byte stays, to be seen together with what follows.
      position = contentEnd;
      return null;
    }
    rawStart = from;
    rawEnd = contentEnd;
    scanEnd = end;
    breaks = end > contentEnd ? 1 : 0;
    skipped = null;
    return give(offset, code, null);
  };

  return {
    push(chunk) {
      const carried = length - position;
      const needed = carried + chunk.length;
      if (needed > window.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(needed, window.length * 2));
        window.copy(grown, 0, position, length);
        window = grown;
      } else window.copyWithin(0, position, length);
      window.set(chunk, carried);
      base += position;
      position = 0;
      length = needed;
      text = window.toString('latin1', 0, length);
      mayHoldNul = window.subarray(0, length).includes(0);
    },
    end() {
      final = true;
    },
    next() {
      if (skipped !== null) return giveLine(position, skipped.offset, skipped.problem);
      skippedRaw = null;
      if (atStart) {
        if (length < BYTE_ORDER_MARK.length && !final) return null;
        if (window.subarray(0, Math.min(length, 3)).equals(BYTE_ORDER_MARK))
          position = BYTE_ORDER_MARK.length;
        atStart = false;
      }
      for (; position < length; line += 1) {
        const byte = window[position];
        if (byte === LF) position += 1;
        else if (byte === CR) {
          if (position + 1 >= length && !final) return null;
          position += position + 1 < length && window[position + 1] === LF ? 2 : 1;
        } else break;
      }
      if (position >= length) return null;
      const start = position;
      const outcome = scan(start);
      if (outcome === NEEDS_MORE) return null;
      if (outcome === BROKEN) return giveLine(start, base + start, problem ?? 'invalid_quote');
      rawStart = start;
      rawEnd = contentEnd;
      return give(base + start, problem, problemColumn);
    },
    raw() {
      return skippedRaw ?? window.toString('utf8', rawStart, Math.min(rawEnd, rawStart + RAW_BYTES_MAX));
    },
  };
}
