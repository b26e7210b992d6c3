/**
 * Cuts XML between its records. All that stands outside them is checked strictly and must nest; a record is only looked
 * through for its end, so that a broken one costs itself. A record without an end, which the next one would seem to lie
 * in, ends where that one starts.
 */
import { JobFailure } from '../jobs/job-failure';
import { type Segment, type Splitter } from './rows';
import { createSegmentWindow } from './segment-window';
import { recordTooLong, type SplitOptions } from './split-options';
import { createXmlElements } from './xml-elements';
import { createXmlRecordFinder } from './xml-record-finder';
import { COMMENT_OPEN, hasBytes, isXmlSpace } from './xml-characters';
import { BROKEN_TAG, createXmlScanner, EMPTY_TAG } from './xml-scanner';

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;

export interface XmlSplitOptions extends SplitOptions {
  readonly element: string;
  /** Elements that are open where the first record starts, from the root on. */
  readonly ancestors: readonly string[];
  /** Position of the first record. */
  readonly start: number;
}

export function createXmlSplitter(options: XmlSplitOptions): Splitter {
  const { limits, segmentBytes, position, element } = options;
  const window = createSegmentWindow(position);
  const finder = createXmlRecordFinder(element, limits.depthMax);
  const scanner = createXmlScanner();
  const elements = createXmlElements(options.ancestors, position === options.start);
  let p = 0;
  let recordStart = -1;
  let final = false;

  const broken = (what: string): JobFailure =>
    new JobFailure('malformed_xml', `The XML is broken at byte ${window.base + p}: ${what}.`);

  const cut = (end: number): Segment => {
    const segment = window.cut(end);
    p -= end;
    finder.shift(end);
    return segment;
  };

  /** @returns whether the record under way has come to its end */
  const findRecordEnd = (): boolean => {
    const end = finder.scan(window.bytes, window.length, final);
    const length = (end < 0 ? window.length : end) - recordStart;
    if (finder.nested !== -1 && (end === -2 || length > limits.rowBytesMax || (end === -1 && final)))
      p = finder.nested;
    else if (end >= 0) p = end;
    else {
      if (length > limits.recordBytesMax) throw recordTooLong(window.base + recordStart, limits);
      if (final) throw broken(`the file ends within <${element}>`);
      return false;
    }
    recordStart = -1;
    elements.passRecord();
    return true;
  };

  /** Position behind `token`, or -1. */
  const endOf = (token: string, from: number): number => {
    const at = window.bytes.subarray(0, window.length).indexOf(token, p + from);
    return at === -1 ? -1 : at + token.length;
  };

  /** Position behind the tag at `p`, or -1. */
  const endOfTag = (): number => {
    let quote = 0;
    for (let q = p + 1; q < window.length; q += 1) {
      const byte = window.bytes[q] ?? 0;
      if (quote !== 0) quote = byte === quote ? 0 : quote;
      else if (byte === GT) return q + 1;
      else if (byte === 0x22 || byte === 0x27) quote = byte;
    }
    return -1;
  };

  const scanAt = (): typeof scanner => {
    scanner.bytes = window.bytes;
    scanner.p = p;
    return scanner;
  };

  /** Runs a check of one token that ends at `end`. */
  const checkToken = (end: number, check: () => boolean, what: string): boolean => {
    if (end === -1) return false;
    scanAt();
    if (!check() || scanner.p !== end) throw broken(what);
    p = end;
    return true;
  };

  const passText = (): boolean => {
    const { bytes, length } = window;
    let end = p;
    let isBlank = true;
    for (; end < length && bytes[end] !== LT; end += 1) isBlank &&= isXmlSpace(bytes[end]);
    if (end >= length && !final) return false;
    if (!isBlank) {
      if (elements.depth() === 0 && !elements.isUnknown()) throw broken('text outside of the root element');
      elements.passStray();
      // A copy, with the zero byte that the scanner stops at.
      const text = Buffer.concat([bytes.subarray(p, end), Buffer.of(0)]);
      scanner.bytes = text;
      scanner.p = 0;
      if (!scanner.text() || scanner.p !== text.length - 1) throw broken('text that is not well-formed');
    }
    p = end;
    return true;
  };

  const passStartTag = (): boolean => {
    const end = endOfTag();
    if (end === -1) return false;
    scanAt();
    const names = new Set<string>();
    const kind = scanner.startTag((attribute) => {
      const name = window.bytes.toString('utf8', attribute.start, attribute.end);
      if (names.has(name)) return false;
      names.add(name);
      return true;
    });
    if (kind === BROKEN_TAG || scanner.p !== end) throw broken('a tag that is not well-formed');
    const name = window.bytes.toString('utf8', scanner.nameStart, scanner.nameEnd);
    if (!elements.open(name)) throw broken(`<${name}> stands outside of the root element`);
    if (kind === EMPTY_TAG) elements.close(name);
    if (elements.depth() > limits.depthMax) throw broken('elements are nested too deep');
    p = end;
    return true;
  };

  const passEndTag = (): boolean => {
    const end = endOfTag();
    if (end === -1) return false;
    scanAt();
    if (!scanner.endTag() || scanner.p !== end) throw broken('a tag that is not well-formed');
    const name = window.bytes.toString('utf8', scanner.nameStart, scanner.nameEnd);
    if (!elements.close(name)) throw broken(`</${name}> closes an element that is not open`);
    p = end;
    return true;
  };

  const passBang = (): boolean => {
    if (window.length - p < 9 && !final) return false;
    if (hasBytes(window.bytes, p, COMMENT_OPEN)) {
      return checkToken(endOf('-->', 4), () => scanner.comment(), 'a comment that is not well-formed');
    }
    if (elements.depth() === 0 && !elements.isUnknown())
      throw broken('a declaration that may not stand here');
    return checkToken(endOf(']]>', 3), () => scanner.cdata(), 'a declaration that may not stand here');
  };

  /** @returns whether a token outside of the records was passed, or a record begun */
  const pass = (): boolean => {
    const { bytes, length } = window;
    if (bytes[p] !== LT) return passText();
    if (p + 1 >= length) return false;
    const next = bytes[p + 1];
    if (next === SLASH) return passEndTag();
    if (next === BANG) return passBang();
    if (next === QUESTION) {
      return checkToken(
        endOf('?>', 2),
        () => scanner.instruction(),
        'an instruction that is not well-formed',
      );
    }
    const isRecord = finder.startsAt(bytes, p, length);
    if (isRecord === null && !final) return false;
    if (isRecord !== true) return passStartTag();
    if (!elements.admitsRecord()) throw broken(`<${element}> stands outside of the root element`);
    finder.begin(p);
    recordStart = p;
    return true;
  };

  const next = (): Segment | null => {
    for (;;) {
      if (recordStart !== -1) {
        if (!findRecordEnd()) return null;
        if (p >= segmentBytes) return cut(p);
      }
      if (p >= window.length) break;
      if (!pass()) {
        if (final) throw broken('the file ends within a tag');
        if (window.length - p > limits.recordBytesMax) throw recordTooLong(window.base + p, limits);
        return null;
      }
      // What lies between records may be long as well.
      if (recordStart === -1 && p >= segmentBytes && elements.isWithinRoot()) return cut(p);
    }
    if (!final) return null;
    if (!elements.isComplete()) throw broken('the file ends before its root element does');
    return p > 0 ? cut(p) : null;
  };

  return {
    push: (chunk) => window.push(chunk),
    end() {
      final = true;
    },
    next,
  };
}
