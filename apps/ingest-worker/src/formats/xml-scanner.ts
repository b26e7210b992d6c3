/**
 * The tokens of XML 1.0 (fifth edition), checked strictly as they are passed over. No DTD: the five predefined entities
 * and character references are all there are. Every scan stops at a byte that may not stand there, so whoever scans
 * puts a zero byte, or the end of a token that is known to be whole, behind the text.
 */

import {
  CDATA_OPEN,
  hasBytes,
  isNoCharacter,
  isXmlSpace,
  NAME,
  referenceEnd,
  TEXT,
  WHOLE_NAME,
} from './xml-characters';

export interface XmlAttribute {
  /** Of the name. */
  start: number;
  end: number;
  hash: number;
  valueStart: number;
  valueEnd: number;
  /** Whether the value is its bytes: no references, no space but blanks. */
  isPlain: boolean;
}

export interface XmlScanner {
  bytes: Buffer;
  /** The next byte. */
  p: number;
  /** Name of the tag that was scanned last. */
  nameStart: number;
  nameEnd: number;
  nameHash: number;
  /** Whether the text that was scanned last is its bytes. */
  isPlain: boolean;
  /** From `<` past `>`. Calls for every attribute: the object is filled anew each time. */
  startTag(onAttribute: ((attribute: XmlAttribute) => boolean) | null): TagKind;
  /** From `</` past `>`. */
  endTag(): boolean;
  /** From `<!--` past `-->`. */
  comment(): boolean;
  /** From `<?` past `?>`; an XML declaration is none. */
  instruction(): boolean;
  /** From `<![CDATA[` past `]]>`. */
  cdata(): boolean;
  /** Up to `<` or the zero byte. */
  text(): boolean;
}

export const BROKEN_TAG = 0;
export const OPEN_TAG = 1;
export const EMPTY_TAG = 2;
export type TagKind = typeof BROKEN_TAG | typeof OPEN_TAG | typeof EMPTY_TAG;

const GT = 0x3e;
const SLASH = 0x2f;

export function createXmlScanner(): XmlScanner {
  const attribute: XmlAttribute = { start: 0, end: 0, hash: 0, valueStart: 0, valueEnd: 0, isPlain: true };

  const skipSpace = (): boolean => {
    const from = self.p;
    while (isXmlSpace(self.bytes[self.p])) self.p += 1;
    return self.p > from;
  };

  const name = (): boolean => {
    const { bytes } = self;
    const from = self.p;
    let q = from;
    let bits = 0;
    let h = 0;
    for (;;) {
      const byte = bytes[q] ?? 0;
      if (NAME[byte] === 0) break;
      h = (Math.imul(h, 31) + byte) | 0;
      bits |= byte;
      q += 1;
    }
    self.nameStart = from;
    self.nameEnd = q;
    self.nameHash = h & 0x3fffffff;
    self.p = q;
    const first = bytes[from] ?? 0;
    if (bits >= 0x80) return WHOLE_NAME.test(bytes.toString('utf8', from, q));
    // Digits, dots and hyphens start no name.
    return q > from && first > 0x39;
  };

  const attributeValue = (): boolean => {
    const { bytes } = self;
    const quote = bytes[self.p];
    if (quote !== 0x22 && quote !== 0x27) return false;
    let q = self.p + 1;
    attribute.valueStart = q;
    attribute.isPlain = true;
    for (; ; q += 1) {
      const byte = bytes[q] ?? 0;
      if (byte === quote) break;
      const kind = TEXT[byte];
      if (kind === 0) {
        if (byte < 0x20) attribute.isPlain = false;
      } else if (kind === 1 || kind === 2) return false;
      else if (kind === 4) {
        q = referenceEnd(bytes, q) - 1;
        if (q < 0) return false;
        attribute.isPlain = false;
      } else if (kind === 3) attribute.isPlain = false;
      else if (kind === 6 && isNoCharacter(bytes, q)) return false;
    }
    attribute.valueEnd = q;
    self.p = q + 1;
    return true;
  };

  /** Past three bytes that end a comment and the like; `-->` and not a mere `--`. */
  const until = (first: number, second: number, isComment: boolean): boolean => {
    const { bytes } = self;
    for (let q = self.p; ; q += 1) {
      const byte = bytes[q] ?? 0;
      if (byte < 0x20 && (byte === 0 || TEXT[byte] === 2)) return false;
      if (byte === 0xef && isNoCharacter(bytes, q)) return false;
      if (byte !== first || bytes[q + 1] !== second) continue;
      if (bytes[q + 2] === GT) {
        self.p = q + 3;
        return true;
      }
      if (isComment) return false;
    }
  };

  const self: XmlScanner = {
    bytes: Buffer.alloc(0),
    p: 0,
    nameStart: 0,
    nameEnd: 0,
    nameHash: 0,
    isPlain: true,
    startTag(onAttribute) {
      self.p += 1;
      if (!name()) return BROKEN_TAG;
      const { nameStart, nameEnd, nameHash } = self;
      for (;;) {
        const hasSpace = skipSpace();
        const byte = self.bytes[self.p];
        if (byte === GT || byte === SLASH) {
          self.nameStart = nameStart;
          self.nameEnd = nameEnd;
          self.nameHash = nameHash;
          self.p += byte === GT ? 1 : 2;
          if (byte === GT) return OPEN_TAG;
          return self.bytes[self.p - 1] === GT ? EMPTY_TAG : BROKEN_TAG;
        }
        if (!hasSpace || !name()) return BROKEN_TAG;
        attribute.start = self.nameStart;
        attribute.end = self.nameEnd;
        attribute.hash = self.nameHash;
        skipSpace();
        if (self.bytes[self.p] !== 0x3d) return BROKEN_TAG;
        self.p += 1;
        skipSpace();
        if (!attributeValue()) return BROKEN_TAG;
        if (onAttribute !== null && !onAttribute(attribute)) return BROKEN_TAG;
      }
    },
    endTag() {
      self.p += 2;
      if (!name()) return false;
      skipSpace();
      self.p += 1;
      return self.bytes[self.p - 1] === GT;
    },
    comment() {
      self.p += 4;
      return until(0x2d, 0x2d, true);
    },
    instruction() {
      self.p += 2;
      if (!name()) return false;
      const { bytes, nameStart, nameEnd } = self;
      if (nameEnd - nameStart === 3 && bytes.toString('latin1', nameStart, nameEnd).toLowerCase() === 'xml')
        return false;
      if (bytes[self.p] !== 0x3f && !isXmlSpace(bytes[self.p])) return false;
      for (let q = self.p; ; q += 1) {
        const byte = bytes[q] ?? 0;
        if (byte < 0x20 && (byte === 0 || TEXT[byte] === 2)) return false;
        if (byte === 0xef && isNoCharacter(bytes, q)) return false;
        if (byte === 0x3f && bytes[q + 1] === GT) {
          self.p = q + 2;
          return q === nameEnd || isXmlSpace(bytes[nameEnd]);
        }
      }
    },
    cdata() {
      if (!hasBytes(self.bytes, self.p, CDATA_OPEN)) return false;
      self.p += CDATA_OPEN.length;
      return until(0x5d, 0x5d, false);
    },
    text() {
      const { bytes } = self;
      self.isPlain = true;
      let q = self.p;
      for (;;) {
        const byte = bytes[q] ?? 0;
        const kind = TEXT[byte];
        if (kind === 0) {
          q += 1;
          continue;
        }
        if (kind === 1) {
          self.p = q;
          return true;
        }
        if (kind === 4) {
          q = referenceEnd(bytes, q);
          if (q < 0) return false;
          self.isPlain = false;
          continue;
        }
        if (kind === 3) self.isPlain = false;
        else if (kind === 2) return false;
        else if (kind === 5 && bytes[q + 1] === 0x5d && bytes[q + 2] === GT) return false;
        else if (kind === 6 && isNoCharacter(bytes, q)) return false;
        q += 1;
      }
    },
  };
  return self;
}
