/**
 * Cuts CSV into segments of whole records. Where no quote is, a record ends at every line end, and a search by the
 * engine's own memory scan finds it; only records with a quote are scanned byte by byte.
 *
 * Memory: two segments and a chunk. Of a line that is longer than a segment only the beginning is kept: it becomes a
 * reject, and the rest is dropped but counted.
 */
import { type ReadLimits, type Segment, type Splitter } from '../formats/rows';
import { COMPLETE, type CsvDialect, CsvScanner, NEEDS_MORE } from './csv-scanner';

const LF = 0x0a;
const CR = 0x0d;

/** Of the buffer, which doubles up to what a segment takes. */
const FIRST_BYTES = 65_536;

export interface CsvSplitterOptions {
  readonly dialect: CsvDialect;
  readonly limits: ReadLimits;
  readonly segmentBytes: number;
  /** Position of the first byte that will be pushed: the start of a record. */
  readonly start: number;
}

export function createCsvSplitter({ dialect, limits, segmentBytes, start }: CsvSplitterOptions): Splitter {
  const scanner = new CsvScanner(dialect, limits, 0);
  let bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let length = 0;
  let base = start;
  /** A record starts here, or the text ends. */
  let boundary = 0;
  /** At or before the next quote, -1: not looked for yet. */
  let quoteAt = -1;
  let final = false;
  /** Inside a line that is too long, `length` bytes of which are kept. */
  let dropping = false;
  let dropped = 0;
  let endsWithCr = false;

  const nextQuote = (): number => {
    if (dialect.quote === -1) return length;
    if (quoteAt >= boundary && quoteAt < length && bytes[quoteAt] === dialect.quote) return quoteAt;
    const found = bytes.indexOf(dialect.quote, Math.max(boundary, quoteAt));
    quoteAt = found === -1 || found >= length ? length : found;
    return quoteAt;
  };

  /** Behind the first line end at or after `from`, or -1. */
  const behindLineEnd = (from: number, to: number): number => {
    let at = from;
    while (at < to && bytes[at] !== LF && bytes[at] !== CR) at += 1;
    if (at >= to) return -1;
    if (bytes[at] === LF) return at + 1;
    if (at + 1 >= length) return final ? at + 1 : -1;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  };

  /** Behind the last line end before `to`, or `boundary`. Line ends stand close together, so this looks at few bytes. */
  const behindLastLineEnd = (to: number): number => {
    for (let at = to - 1; at >= boundary; at -= 1) {
      if (bytes[at] === LF) return at + 1;
      if (bytes[at] === CR && at + 1 < length && bytes[at + 1] !== LF) return at + 1;
    }
    return boundary;
  };

  /** Moves `boundary` on; false when that takes more bytes. */
  const advance = (): boolean => {
    const quote = nextQuote();
    if (quote > boundary) {
      // Without quotes: straight to where the segment may end, else to the record that has the quote.
      if (quote >= segmentBytes) {
        const found = behindLineEnd(Math.max(boundary, segmentBytes - 1), quote);
        if (found !== -1) {
          boundary = found;
          return true;
        }
      }
      const last = behindLastLineEnd(quote);
      if (last > boundary) {
        boundary = last;
        return true;
      }
      if (quote === length) {
        if (!final) return false;
        boundary = length;
        return true;
      }
    }
    const outcome = scanner.scan(bytes, boundary, length, final);
    if (outcome === NEEDS_MORE) return false;
    if (outcome === COMPLETE) {
      boundary = scanner.end;
      return true;
    }
    const end = scanner.lineEnd(bytes, boundary, length, final);
    if (end === null) return false;
    boundary = end;
    return true;
  };

  const cut = (end: number): Segment => {
    const own = Buffer.allocUnsafeSlow(end);
    bytes.copy(own, 0, 0, end);
    const segment = { bytes: own, start: base, dropped };
    base += end + dropped;
    bytes.copyWithin(0, end, length);
    length -= end;
    quoteAt = -1;
    boundary = 0;
    dropped = 0;
    return segment;
  };

  /** @returns how many bytes of the chunk belong to the line that is being dropped */
  const drop = (chunk: Uint8Array): number => {
    let at = 0;
    if (endsWithCr) {
      dropping = false;
      if (chunk[0] !== LF) return 0;
      dropped += 1;
      return 1;
    }
    while (at < chunk.length && chunk[at] !== LF && chunk[at] !== CR) at += 1;
    dropped += at;
    if (at >= chunk.length) return at;
    dropped += 1;
    if (chunk[at] === LF) dropping = false;
    else if (at + 1 >= chunk.length) endsWithCr = true;
    else {
      dropping = false;
      if (chunk[at + 1] === LF) {
        dropped += 1;
        return at + 2;
      }
    }
    return at + 1;
  };

  const append = (chunk: Uint8Array): void => {
    const needed = length + chunk.length;
    if (needed > bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * 2));
      bytes.copy(grown, 0, 0, length);
      bytes = grown;
    }
    bytes.set(chunk, length);
    length = needed;
  };

  let held: readonly Uint8Array[] = [];
  return {
    push(chunk) {
      let rest = chunk;
      if (dropping) {
        rest = chunk.subarray(drop(chunk));
        // What follows the dropped line waits until the segment that ends with it is taken.
        if (!isDropping()) held = [Buffer.from(rest)];
        return;
      }
      append(rest);
    },
    end() {
      final = true;
      if (dropping) dropping = false;
    },
    next() {
      if (dropping) return null;
      if (dropped > 0) {
        const segment = cut(length);
        held.forEach(append);
        held = [];
        endsWithCr = false;
        return segment;
      }
      while (boundary < segmentBytes && boundary < length) {
        if (!advance()) break;
      }
      if (boundary >= segmentBytes) return cut(boundary);
      if (final) return length > 0 ? cut(length) : null;
      // A line over a segment's length ends the segment wherever its own end is: its beginning is enough to reject it.
      if (length - boundary > Math.max(segmentBytes, limits.rowBytesMax) && isOneLine()) {
        const kept = boundary + limits.rowBytesMax + 1;
        dropped = length - kept;
        length = kept;
        dropping = true;
      }
      return null;
    },
  };

  /** A call of `drop` may have ended it. */
  function isDropping(): boolean {
    return dropping;
  }

  function isOneLine(): boolean {
    return behindLineEnd(boundary, length) === -1 && bytes[length - 1] !== CR;
  }
}
