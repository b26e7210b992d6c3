/**
 * NDJSON is cut at line ends (LF, CRLF, CR), which no JSON value holds: a broken line costs itself, never the next one.
 */
import { type Splitter } from './rows';
import { createSegmentWindow } from './segment-window';
import { recordTooLong, type SplitOptions } from './split-options';

const LF = 0x0a;
const CR = 0x0d;

export function createNdjsonSplitter({ limits, position, segmentBytes }: SplitOptions): Splitter {
  const window = createSegmentWindow(position);
  const longest = segmentBytes + limits.recordBytesMax;
  let searched = 0;
  let final = false;
  return {
    push: (chunk) => window.push(chunk),
    end() {
      final = true;
    },
    next() {
      const end = lineEndFrom(window.bytes, window.length, Math.max(segmentBytes - 1, searched), final);
      if (end !== -1) {
        searched = 0;
        return window.cut(end);
      }
      if (final) return window.length === 0 ? null : window.cut(window.length);
      if (window.length > longest) throw recordTooLong(window.base, limits);
      // The last byte may be a CR whose LF has not come yet.
      searched = Math.max(0, window.length - 1);
      return null;
    },
  };
}

/** End of the first line that ends at or after `from`, past its line end; -1 when it has not come in yet. */
function lineEndFrom(bytes: Buffer, length: number, from: number, final: boolean): number {
  if (from >= length) return -1;
  const text = bytes.subarray(from, length);
  const lf = text.indexOf(LF);
  // Beyond the line feed a carriage return does not matter; without one the whole rest is looked through.
  const cr = (lf === -1 ? text : text.subarray(0, lf)).indexOf(CR);
  if (cr === -1) return lf === -1 ? -1 : from + lf + 1;
  if (from + cr + 1 >= length && !final) return -1;
  return from + cr + (text[cr + 1] === LF ? 2 : 1);
}
