/**
 * Where a record element begins and ends, told from tags of its name alone: other tags may be broken, and then the
 * record is, but not the ones behind it. The scan can stop wherever the bytes end and go on later.
 */
import { CDATA_OPEN, COMMENT_OPEN, hasBytes } from './xml-characters';

export interface XmlRecordFinder {
  /** Whether a start tag of the record's name stands at `at`; null when too few bytes are there to tell. */
  startsAt(bytes: Buffer, at: number, to: number): boolean | null;
  /** Begins with the record that starts at `at`. */
  begin(at: number): void;
  /**
   * @param final whether no bytes follow `to`
   * @returns position behind the record, or -1 when it does not end before `to`, or -2 when elements of its name lie in
   * one another deeper than any record may be: so it is with records that all lack their end, and one needs not look far
   */
  scan(bytes: Buffer, to: number, final: boolean): number;
  /** The first element of the same name within the record, or -1: where to go on when the record has no end. */
  readonly nested: number;
  /** The window has lost its first `count` bytes. */
  shift(count: number): void;
}

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;

const PLAIN = 0;
const COMMENT = 1;
const CDATA = 2;
const INSTRUCTION = 3;
const START_TAG = 4;
const END_TAG = 5;

export function createXmlRecordFinder(element: string, depthMax: number): XmlRecordFinder {
  const name = Buffer.from(element);
  const lookahead = Math.max(CDATA_OPEN.length, name.length + 3);
  let p = 0;
  let depth = 0;
  let mode = PLAIN;
  let quote = 0;
  let nested = -1;

  const hasName = (bytes: Buffer, at: number, to: number): boolean => {
    if (at + name.length >= to || !hasBytes(bytes, at, name)) return false;
    const after = bytes[at + name.length] ?? 0;
    return after === GT || after === SLASH || after === 0x20 || (after >= 0x09 && after <= 0x0d);
  };

  /** Past `a a >`, or as far as is sure. */
  const skipPast = (bytes: Buffer, to: number, byte: number, twice: boolean): boolean => {
    for (; p + 2 < to || (!twice && p + 1 < to); p += 1) {
      if (bytes[p] !== byte) continue;
      if (twice ? bytes[p + 1] === byte && bytes[p + 2] === GT : bytes[p + 1] === GT) {
        p += twice ? 3 : 2;
        mode = PLAIN;
        return true;
      }
    }
    return false;
  };

  const finishTag = (bytes: Buffer, to: number): boolean => {
    for (; p < to; p += 1) {
      const byte = bytes[p] ?? 0;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GT) {
        if (mode === END_TAG) depth -= 1;
        else if (bytes[p - 1] !== SLASH) depth += 1;
        p += 1;
        mode = PLAIN;
        return true;
      } else if (mode === START_TAG && (byte === 0x22 || byte === 0x27)) quote = byte;
    }
    return false;
  };

  return {
    get nested() {
      return nested;
    },
    startsAt(bytes, at, to) {
      if (bytes[at] !== LT) return false;
      if (at + 1 + name.length >= to) return null;
      return hasName(bytes, at + 1, to);
    },
    begin(at) {
      p = at + 1 + name.length;
      depth = 0;
      quote = 0;
      nested = -1;
      mode = START_TAG;
    },
    scan(bytes, to, final) {
      for (;;) {
        if (mode === PLAIN) {
          if (depth === 0) return p;
          if (depth > depthMax) return -2;
          while (p < to && bytes[p] !== LT) p += 1;
          if (p >= to || (p + lookahead > to && !final)) return -1;
          const next = bytes[p + 1];
          if (next === SLASH) {
            if (hasName(bytes, p + 2, to)) mode = END_TAG;
            p += 2;
          } else if (next === BANG) {
            if (hasBytes(bytes, p, COMMENT_OPEN)) {
              mode = COMMENT;
              p += 4;
            } else if (hasBytes(bytes, p, CDATA_OPEN)) {
              mode = CDATA;
              p += 9;
            } else p += 2;
          } else if (next === QUESTION) {
            mode = INSTRUCTION;
            p += 2;
          } else if (hasName(bytes, p + 1, to)) {
            if (nested === -1) nested = p;
            mode = START_TAG;
            p += 1 + name.length;
          } else p += 1;
          continue;
        }
        const isOver =
          mode === COMMENT
            ? skipPast(bytes, to, 0x2d, true)
            : mode === CDATA
              ? skipPast(bytes, to, 0x5d, true)
              : mode === INSTRUCTION
                ? skipPast(bytes, to, QUESTION, false)
                : finishTag(bytes, to);
        if (!isOver) return -1;
      }
    },
    shift(count) {
      p -= count;
      if (nested !== -1) nested -= count;
    },
  };
}
