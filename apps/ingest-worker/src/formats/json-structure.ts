/**
 * Where a JSON value ends, told from strings and brackets alone: also for values that are not valid, so that a broken
 * record costs itself. The scan can stop and go on anywhere.
 */
export interface JsonStructure {
  /** Forgets the value under way. The next byte scanned is the first of a value. */
  begin(): void;
  /**
   * Scans on.
   * @returns position behind the value, or -1 when it does not end before `to`
   */
  scan(bytes: Uint8Array, from: number, to: number): number;
  /** Whether the value under way ends with the file: so does a bare number. */
  endsWithFile(): boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const OPENS = 1;
const CLOSES = 2;
const STRING = 3;
const SEPARATES = 4;
const KINDS = new Uint8Array(256);
for (const char of '{[') KINDS[char.charCodeAt(0)] = OPENS;
for (const char of '}]') KINDS[char.charCodeAt(0)] = CLOSES;
for (const char of ', \t\n\r') KINDS[char.charCodeAt(0)] = SEPARATES;
KINDS[QUOTE] = STRING;

export function createJsonStructure(): JsonStructure {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let isBare = false;
  return {
    begin() {
      depth = 0;
      inString = false;
      isEscaped = false;
      isBare = false;
    },
    scan(bytes, from, to) {
      let p = from;
      while (p < to) {
        if (inString) {
          if (isEscaped) {
            isEscaped = false;
            p += 1;
          }
          while (p < to && bytes[p] !== QUOTE && bytes[p] !== BACKSLASH) p += 1;
          if (p >= to) return -1;
          if (bytes[p] === BACKSLASH) isEscaped = true;
          else {
            inString = false;
            if (depth === 0) return p + 1;
          }
          p += 1;
          continue;
        }
        if (depth > 0) while (p < to && (KINDS[bytes[p] ?? 0] ?? 0) % SEPARATES === 0) p += 1;
        if (p >= to) return -1;
        const kind = KINDS[bytes[p] ?? 0];
        // A bare token such as a number ends in front of whatever may not be part of it.
        if (isBare && kind !== 0) return p;
        if (kind === STRING) inString = true;
        else if (kind === OPENS) depth += 1;
        else if (kind === CLOSES) {
          depth -= 1;
          if (depth <= 0) return p + 1;
        } else if (depth === 0) isBare = true;
        p += 1;
      }
      return -1;
    },
    endsWithFile: () => isBare,
  };
}
