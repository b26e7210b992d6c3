/** What a cell is made of, told in one pass over its bytes: most cells are clean ASCII and need no string. */

export const UPPER = 1;
export const LOWER = 2;
export const DIGIT = 4;
export const SPACE = 8;
/** Any other printable ASCII character. */
export const SIGN = 16;
/** A control character, or a byte of a character beyond ASCII. */
export const OTHER = 32;
/** A space at an edge, or two together. */
export const UNTIDY = 64;

const CLASS = new Uint8Array(256).fill(OTHER);
for (let byte = 0x21; byte <= 0x7e; byte += 1) CLASS[byte] = SIGN;
for (let byte = 0x30; byte <= 0x39; byte += 1) CLASS[byte] = DIGIT;
for (let byte = 0x41; byte <= 0x5a; byte += 1) {
  CLASS[byte] = UPPER;
  CLASS[byte + 0x20] = LOWER;
}
CLASS[0x20] = SPACE;

/** @returns the classes of all bytes, or-ed; UNTIDY is SPACE beside SPACE, shifted */
export function classify(bytes: Buffer, start: number, end: number): number {
  let all = 0;
  let before = SPACE;
  for (let at = start; at < end; at += 1) {
    const kind = CLASS[bytes[at] ?? 0] ?? 0;
    all |= kind | ((kind & before & SPACE) << 3);
    before = kind;
  }
  return all | ((before & SPACE) << 3);
}

/** Printable ASCII with single inner spaces: normalising text leaves it as it is. */
export function isClean(classes: number): boolean {
  return (classes & (OTHER | UNTIDY)) === 0;
}

/** A clean cell of letters, digits and spaces alone: folding it for a match is putting it into lower case. */
export function foldsToLowerCase(classes: number): boolean {
  return (classes & (OTHER | UNTIDY | SIGN)) === 0;
}

/** White space alone. A cell that begins with a printable ASCII character, as most do, needs no second look. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return true;
  const first = bytes[start] ?? 0;
  return (first <= 0x20 || first >= 0x7f) && bytes.toString('utf8', start, end).trim() === '';
}

/** The cell's text. Of ASCII, latin1 is the cheaper way to the same string. */
export function textOf(bytes: Buffer, start: number, end: number, classes: number): string {
  return (classes & OTHER) === 0 ? bytes.toString('latin1', start, end) : bytes.toString('utf8', start, end);
}
