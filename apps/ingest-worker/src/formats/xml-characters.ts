/** Which bytes may stand where in XML 1.0, and the references that stand for characters. */

const LT = 0x3c;
const AMP = 0x26;
const CR = 0x0d;

/** ASCII that may stand in a name, and everything beyond ASCII, which is looked at by code point. */
export const NAME = new Uint8Array(256).fill(1, 0x80);
for (let code = 0; code < 0x80; code += 1) if (/[\w:.-]/.test(String.fromCharCode(code))) NAME[code] = 1;
const NAME_CHARS =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
export const WHOLE_NAME = new RegExp(
  `^[${NAME_CHARS}][${NAME_CHARS}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*$`,
  'u',
);

/** Bytes of text that need a look: 1 ends it, 2 may not stand, 3 to 6 depend on what follows. */
export const TEXT = new Uint8Array(256).fill(2, 0, 0x20);
TEXT[0] = 1;
TEXT[LT] = 1;
TEXT[0x09] = 0;
TEXT[0x0a] = 0;
TEXT[CR] = 3;
TEXT[AMP] = 4;
TEXT[0x5d] = 5;
TEXT[0xef] = 6;

const ENTITIES = ['amp;', 'lt;', 'gt;', 'quot;', 'apos;'].map((text) => Buffer.from(text));
export const CDATA_OPEN = Buffer.from('<![CDATA[');
export const COMMENT_OPEN = Buffer.from('<!--');

export const isXmlSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === CR || byte === 0x09;

export function hasBytes(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i += 1) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** U+FFFE and U+FFFF, which are no characters: EF BF BE, EF BF BF. */
export const isNoCharacter = (bytes: Buffer, at: number): boolean =>
  bytes[at + 1] === 0xbf && ((bytes[at + 2] ?? 0) | 1) === 0xbf;

const isChar = (code: number): boolean =>
  code >= 0x20
    ? code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff)
    : code === 0x09 || code === 0x0a || code === CR;

/** @returns position behind the reference at `at`, or -1 */
export function referenceEnd(bytes: Buffer, at: number): number {
  if (bytes[at + 1] !== 0x23) {
    const entity = ENTITIES.find((text) => hasBytes(bytes, at + 1, text));
    return entity === undefined ? -1 : at + 1 + entity.length;
  }
  const isHex = bytes[at + 2] === 0x78;
  const from = at + (isHex ? 3 : 2);
  let q = from;
  let code = 0;
  for (; ; q += 1) {
    const digit = Number.parseInt(String.fromCharCode(bytes[q] ?? 0), isHex ? 16 : 10);
    if (Number.isNaN(digit)) break;
    code = Math.min(code * (isHex ? 16 : 10) + digit, 0x110000);
  }
  return q > from && bytes[q] === 0x3b && isChar(code) ? q + 1 : -1;
}
