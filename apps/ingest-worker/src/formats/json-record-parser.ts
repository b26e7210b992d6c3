/**
 * One JSON object into cells, strictly by RFC 8259, straight from its bytes: numbers keep their text, a key that comes
 * twice has its last value, nested objects give dotted names, arrays are one cell of JSON without the space between
 * tokens. Half of a surrogate pair, which JSON may write and UTF-8 may not, becomes U+FFFD.
 */
import { type NameNode } from './name-tree';
import { type RowCells } from './row-cells';
import { type RowProblem } from './rows';

export interface JsonRecordParser {
  /** @returns position behind the value; -1 when it is not one, with the reason in `problem` */
  parse(at: number): number;
  problem: RowProblem | null;
  /** Line ends that the last `parse` went over; not valid when it gave -1. */
  lines: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const LF = 0x0a;
const CR = 0x0d;

/** Bytes that stand for themselves in a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

const DIGIT = new Uint8Array(256).fill(1, 0x30, 0x3a);
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of Object.entries({
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  '"': 34,
  '\\': 92,
  '/': 47,
})) {
  ESCAPES[letter.charCodeAt(0)] = byte;
}
const LETTER_U = 0x75;
const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** @param breaksLines whether line ends may stand between tokens: not in NDJSON, where they end the record */
export function createJsonRecordParser(
  cells: RowCells,
  depthMax: number,
  breaksLines: boolean,
): JsonRecordParser {
  const { names } = cells;
  let bytes = cells.bytes;
  let p = 0;
  let hasSpace = false;
  /** The scalar that was read last. */
  let start = 0;
  let end = 0;
  let hash = 0;

  // The zero byte behind the segment is part of no token, so that nothing here has to look for the end.
  const skipSpace = (): void => {
    for (;;) {
      const byte = bytes[p];
      if (byte === LF || byte === CR) {
        if (!breaksLines) return;
        if (byte === LF || bytes[p + 1] !== LF) parser.lines += 1;
      } else if (byte !== 0x20 && byte !== 0x09) return;
      hasSpace = true;
      p += 1;
    }
  };

  const malformed = (): false => fail('malformed_json');
  const fail = (problem: RowProblem): false => {
    parser.problem = problem;
    return false;
  };

  const readString = (): boolean => {
    let h = 0;
    let q = p + 1;
    start = q;
    for (;;) {
      const byte = bytes[q] ?? 0;
      if (PLAIN[byte] === 0) break;
      h = (Math.imul(h, 31) + byte) | 0;
      q += 1;
    }
    hash = h & 0x3fffffff;
    if (bytes[q] === QUOTE) {
      end = q;
      p = q + 1;
      return true;
    }
    return bytes[q] === BACKSLASH ? readEscaped(q) : malformed();
  };

  /** A string with escapes: `firstEscape` is the first of them. Goes behind the segment. */
  const readEscaped = (firstEscape: number): boolean => {
    let out = cells.scratch;
    const from = out;
    bytes.copyWithin(out, start, firstEscape);
    out += firstEscape - start;
    let q = firstEscape;
    for (;;) {
      const byte = bytes[q] ?? 0;
      if (PLAIN[byte] !== 0) {
        bytes[out++] = byte;
        q += 1;
        continue;
      }
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) return malformed();
      const letter = bytes[q + 1] ?? 0;
      if (letter !== LETTER_U) {
        const plain = ESCAPES[letter] ?? 0;
        if (plain === 0) return malformed();
        bytes[out++] = plain;
        q += 2;
        continue;
      }
      let code = hex4(q + 2);
      if (code < 0) return malformed();
      q += 6;
      if (code >= 0xd800 && code < 0xe000) {
        const low = code < 0xdc00 && bytes[q] === BACKSLASH && bytes[q + 1] === LETTER_U ? hex4(q + 2) : -1;
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          q += 6;
        } else code = 0xfffd;
      }
      out = writeUtf8(bytes, out, code);
    }
    start = from;
    end = out;
    cells.scratch = out;
    p = q + 1;
    return true;
  };

  const hex4 = (at: number): number => {
    let code = 0;
    for (let i = at; i < at + 4; i += 1) {
      const digit = HEX[bytes[i] ?? 0] ?? -1;
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    return code;
  };

  /** A number or a literal; null is empty. */
  const readBare = (): boolean => {
    const from = p;
    let q = p;
    if (bytes[q] === 0x2d) q += 1;
    if (DIGIT[bytes[q] ?? 0] === 1) {
      if (bytes[q] === 0x30) q += 1;
      else while (DIGIT[bytes[q] ?? 0] === 1) q += 1;
      if (bytes[q] === 0x2e) {
        q += 1;
        if (DIGIT[bytes[q] ?? 0] === 0) return malformed();
        while (DIGIT[bytes[q] ?? 0] === 1) q += 1;
      }
      if (((bytes[q] ?? 0) | 0x20) === 0x65) {
        q += 1;
        if (bytes[q] === 0x2b || bytes[q] === 0x2d) q += 1;
        if (DIGIT[bytes[q] ?? 0] === 0) return malformed();
        while (DIGIT[bytes[q] ?? 0] === 1) q += 1;
      }
      start = from;
      end = q;
      p = q;
      return true;
    }
    for (const literal of LITERALS) {
      let i = 0;
      while (i < literal.length && bytes[p + i] === literal[i]) i += 1;
      if (i < literal.length) continue;
      start = p;
      p += i;
      // Null.
      end = literal[0] === 0x6e ? start : p;
      return true;
    }
    return malformed();
  };

  const readObject = (parent: NameNode, depth: number): boolean => {
    if (depth > depthMax) return fail('nested_too_deep');
    p += 1;
    skipSpace();
    if (bytes[p] === CLOSE_OBJECT) {
      p += 1;
      return true;
    }
    for (;;) {
      if (bytes[p] !== QUOTE) return malformed();
      if (!readString()) return false;
      const node = names.child(parent, bytes, start, end, hash);
      skipSpace();
      if (bytes[p] !== COLON) return malformed();
      p += 1;
      skipSpace();
      const byte = bytes[p];
      if (byte === OPEN_OBJECT) {
        if (!readObject(node, depth + 1)) return false;
      } else {
        if (byte === OPEN_ARRAY) {
          if (!readArrayCell(depth + 1)) return false;
        } else if (!(byte === QUOTE ? readString() : readBare())) return false;
        cells.put(node, start, end);
      }
      skipSpace();
      const after = bytes[p];
      p += 1;
      if (after === CLOSE_OBJECT) return true;
      if (after !== COMMA) return malformed();
      skipSpace();
    }
  };

  const readArrayCell = (depth: number): boolean => {
    const from = p;
    hasSpace = false;
    if (!skipValue(depth)) return false;
    if (hasSpace) writeCompact(from, p);
    else {
      start = from;
      end = p;
    }
    return true;
  };

  /** A value of any kind, only checked. An array or object in it lies at `depth`. */
  const skipValue = (depth: number): boolean => {
    const opening = bytes[p];
    if (opening === QUOTE) {
      const { scratch } = cells;
      const isRead = readString();
      cells.scratch = scratch;
      return isRead;
    }
    if (opening !== OPEN_ARRAY && opening !== OPEN_OBJECT) return readBare();
    if (depth > depthMax) return fail('nested_too_deep');
    const closing = opening === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT;
    p += 1;
    skipSpace();
    if (bytes[p] === closing) {
      p += 1;
      return true;
    }
    for (;;) {
      if (opening === OPEN_OBJECT) {
        if (bytes[p] !== QUOTE) return malformed();
        if (!skipValue(depth)) return false;
        skipSpace();
        if (bytes[p] !== COLON) return malformed();
        p += 1;
        skipSpace();
      }
      if (!skipValue(depth + 1)) return false;
      skipSpace();
      const after = bytes[p];
      p += 1;
      if (after === closing) return true;
      if (after !== COMMA) return malformed();
      skipSpace();
    }
  };

  /** Valid JSON without the space between its tokens. */
  const writeCompact = (from: number, to: number): void => {
    let out = cells.scratch;
    start = out;
    let inString = false;
    for (let q = from; q < to; q += 1) {
      const byte = bytes[q] ?? 0;
      if (inString) {
        bytes[out++] = byte;
        if (byte === BACKSLASH) bytes[out++] = bytes[++q] ?? 0;
        else if (byte === QUOTE) inString = false;
      } else if (byte > 0x20) {
        bytes[out++] = byte;
        inString = byte === QUOTE;
      }
    }
    end = out;
    cells.scratch = out;
  };

  const parser: JsonRecordParser = {
    problem: null,
    lines: 0,
    parse(at) {
      bytes = cells.bytes;
      p = at;
      parser.problem = null;
      parser.lines = 0;
      if (bytes[p] === OPEN_OBJECT) return readObject(names.root, 1) ? p : -1;
      if (!skipValue(1)) return -1;
      parser.problem = 'not_an_object';
      return p;
    },
  };
  return parser;
}

/** @returns position behind the character */
function writeUtf8(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
