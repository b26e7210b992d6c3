/** Values of XML text, of bytes that the scanner has found right. */
import { isXmlSpace } from './xml-characters';

const AMP = 0x26;
const CR = 0x0d;
const LF = 0x0a;

/** The predefined ones, told apart by their first two letters. */
const ENTITIES = new Uint8Array(256);
for (const [letters, character] of Object.entries({ am: '&', lt: '<', gt: '>', qu: '"', ap: "'" })) {
  ENTITIES[letters.charCodeAt(0) ^ letters.charCodeAt(1)] = character.charCodeAt(0);
}

/**
 * Writes the value of `bytes[from, to)` at `out` of the same bytes: references resolved, line ends as LF, in an
 * attribute every kind of space as a blank. It never takes more room than it had.
 * @returns position behind the value
 */
export function decodeXmlText(
  bytes: Buffer,
  from: number,
  to: number,
  out: number,
  inAttribute: boolean,
): number {
  let at = out;
  for (let q = from; q < to; q += 1) {
    const byte = bytes[q] ?? 0;
    if (byte === AMP) {
      const end = bytes.indexOf(0x3b, q);
      const plain = bytes[q + 1] === 0x23 ? 0 : (ENTITIES[(bytes[q + 1] ?? 0) ^ (bytes[q + 2] ?? 0)] ?? 0);
      if (plain !== 0) bytes[at++] = plain;
      else at += bytes.write(toCharacter(bytes.toString('latin1', q + 2, end)), at, 'utf8');
      q = end;
    } else if (byte === CR) {
      bytes[at++] = inAttribute ? 0x20 : LF;
      if (q + 1 < to && bytes[q + 1] === LF) q += 1;
    } else bytes[at++] = inAttribute && byte < 0x20 ? 0x20 : byte;
  }
  return at;
}

/** @param digits of a character reference: `x41` or `65` */
function toCharacter(digits: string): string {
  return String.fromCodePoint(
    digits.startsWith('x') ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10),
  );
}

/** First byte of `[from, to)` that is no space, or `to`. */
export function trimStart(bytes: Buffer, from: number, to: number): number {
  let start = from;
  while (start < to && isXmlSpace(bytes[start])) start += 1;
  return start;
}

export function trimEnd(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && isXmlSpace(bytes[end - 1])) end -= 1;
  return end;
}
