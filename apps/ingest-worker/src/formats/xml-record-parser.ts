/**
 * One record element into cells. Attributes and child elements are columns, nested ones with dotted names; text beside
 * child elements is under the name of the element it stands in, the record's own text under the record's name. A name
 * that comes again in one element is `name_2`, `name_3`; declarations of namespaces are no data, prefixes stay.
 */
import { type NameNode } from './name-tree';
import { type RowCells } from './row-cells';
import { type RowProblem } from './rows';
import { BROKEN_TAG, createXmlScanner, EMPTY_TAG, type XmlAttribute } from './xml-scanner';
import { decodeXmlText, trimEnd, trimStart } from './xml-text';

export interface XmlRecordParser {
  /** @returns position behind the record that starts at `at`; -1 when it is not well-formed, with the `problem` */
  parse(at: number): number;
  problem: RowProblem | null;
}

const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const LT = 0x3c;
const XMLNS = Buffer.from('xmlns');

/** An open element. */
interface Level {
  node: NameNode;
  nameStart: number;
  nameEnd: number;
  /** Tells this element from all others. */
  serial: number;
  hasParts: boolean;
  /** Where its pieces of text begin in the list of all of them. */
  pieces: number;
}

export function createXmlRecordParser(
  cells: RowCells,
  depthMax: number,
  elementsMax: number,
): XmlRecordParser {
  const { names } = cells;
  const scanner = createXmlScanner();
  const levels: Level[] = [];
  /** Starts and ends of text, in turn. */
  const pieces: number[] = [];
  let pieceCount = 0;
  let depth = 0;
  let serial = 0;
  let tagNode: NameNode = names.root;
  let tagSerial = 0;
  let hasParts = false;
  let elements = 0;
  /** Text that no element has interrupted yet. */
  let runStart = 0;
  let runEnd = 0;
  let inScratch = false;

  /** The node of a name that may have come before in the same element. */
  const nodeIn = (
    parent: NameNode,
    parentSerial: number,
    start: number,
    end: number,
    hash: number,
  ): NameNode => {
    const base = names.child(parent, cells.bytes, start, end, hash);
    const node = base.seenIn === parentSerial && base.latest !== null ? names.next(base.latest) : base;
    base.seenIn = parentSerial;
    base.latest = node;
    return node;
  };

  const onAttribute = (attribute: XmlAttribute): boolean => {
    const { start, end, valueStart, valueEnd } = attribute;
    const { bytes } = cells;
    const base = names.child(tagNode, bytes, start, end, attribute.hash);
    if (base.attributeOf === tagSerial) return false;
    base.attributeOf = tagSerial;
    let isDeclaration = true;
    for (let i = 0; i < 5 && isDeclaration; i += 1) isDeclaration = bytes[start + i] === XMLNS[i];
    if (isDeclaration && (end - start === 5 || bytes[start + 5] === 0x3a)) return true;
    elements += 1;
    const node = nodeIn(tagNode, tagSerial, start, end, attribute.hash);
    if (attribute.isPlain) cells.put(node, valueStart, valueEnd);
    else {
      const from = cells.scratch;
      cells.scratch = decodeXmlText(bytes, valueStart, valueEnd, from, true);
      cells.put(node, from, cells.scratch);
    }
    hasParts = true;
    return true;
  };

  const addText = (from: number, to: number, isPlain: boolean): void => {
    if (from === to) return;
    if (runStart === runEnd && isPlain && !inScratch) {
      runStart = from;
      runEnd = to;
      return;
    }
    const { bytes } = cells;
    if (!inScratch) {
      const start = cells.scratch;
      bytes.copyWithin(start, runStart, runEnd);
      cells.scratch += runEnd - runStart;
      runStart = start;
      inScratch = true;
    }
    if (isPlain) {
      bytes.copyWithin(cells.scratch, from, to);
      cells.scratch += to - from;
    } else cells.scratch = decodeXmlText(bytes, from, to, cells.scratch, false);
    runEnd = cells.scratch;
  };

  const endRun = (): void => {
    if (runStart !== runEnd) {
      const start = trimStart(cells.bytes, runStart, runEnd);
      const end = trimEnd(cells.bytes, start, runEnd);
      if (start < end) {
        // Never shortened: cutting an array off costs more than the numbers in it.
        pieces[pieceCount] = start;
        pieces[pieceCount + 1] = end;
        pieceCount += 2;
      }
    }
    runStart = 0;
    runEnd = 0;
    inScratch = false;
  };

  const open = (node: NameNode, nodeSerial: number): void => {
    const { nameStart, nameEnd } = scanner;
    const level = levels[depth];
    if (level === undefined) {
      levels.push({ node, nameStart, nameEnd, serial: nodeSerial, hasParts, pieces: pieceCount });
    } else {
      level.node = node;
      level.nameStart = nameStart;
      level.nameEnd = nameEnd;
      level.serial = nodeSerial;
      level.hasParts = hasParts;
      level.pieces = pieceCount;
    }
    depth += 1;
  };

  const putText = (node: NameNode, from: number): void => {
    if (pieceCount === from) cells.put(node, 0, 0);
    else if (pieceCount === from + 2) cells.put(node, pieces[from] ?? 0, pieces[from + 1] ?? 0);
    else {
      const start = cells.scratch;
      let out = start;
      for (let i = from; i < pieceCount; i += 2) {
        if (out > start) cells.bytes[out++] = 0x20;
        const pieceStart = pieces[i] ?? 0;
        const pieceEnd = pieces[i + 1] ?? 0;
        cells.bytes.copyWithin(out, pieceStart, pieceEnd);
        out += pieceEnd - pieceStart;
      }
      cells.scratch = out;
      cells.put(node, start, out);
    }
    pieceCount = from;
  };

  const close = (level: Level): void => {
    depth -= 1;
    if (pieceCount === level.pieces && level.hasParts) return;
    // The record's own text lies beside its attributes and children, under the record's name.
    const node =
      depth === 0
        ? nodeIn(names.root, level.serial, level.nameStart, level.nameEnd, scanner.nameHash)
        : level.node;
    putText(node, level.pieces);
  };

  const startTag = (): boolean => {
    const { bytes, p } = scanner;
    const parent = depth === 0 ? null : (levels[depth - 1] ?? null);
    if (depth >= depthMax) return fail('nested_too_deep');
    // The name is needed before the attributes are: it is scanned on its own, then with the whole tag.
    let end = p + 1;
    let hash = 0;
    for (let byte = bytes[end] ?? 0; byte > 0x20 && byte !== SLASH && byte !== 0x3e; byte = bytes[end] ?? 0) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      end += 1;
    }
    serial += 1;
    elements += 1;
    if (elements > elementsMax) return fail('too_many_columns');
    tagSerial = serial;
    hasParts = false;
    tagNode =
      parent === null ? names.root : nodeIn(parent.node, parent.serial, p + 1, end, hash & 0x3fffffff);
    if (parent !== null) {
      endRun();
      parent.hasParts = true;
    }
    const kind = scanner.startTag(onAttribute);
    if (kind === BROKEN_TAG) return fail('malformed_xml');
    open(tagNode, tagSerial);
    if (kind === EMPTY_TAG) {
      const level = levels[depth - 1];
      if (level !== undefined) close(level);
    }
    return true;
  };

  const endTag = (): boolean => {
    if (!scanner.endTag()) return fail('malformed_xml');
    const level = levels[depth - 1];
    if (level === undefined) return fail('malformed_xml');
    const { bytes, nameStart, nameEnd } = scanner;
    const length = level.nameEnd - level.nameStart;
    if (nameEnd - nameStart !== length) return fail('malformed_xml');
    for (let i = 0; i < length; i += 1) {
      if (bytes[nameStart + i] !== bytes[level.nameStart + i]) return fail('malformed_xml');
    }
    endRun();
    close(level);
    return true;
  };

  const fail = (problem: RowProblem): false => {
    parser.problem = problem;
    return false;
  };

  const content = (): boolean => {
    const { bytes } = scanner;
    const from = scanner.p;
    if (bytes[from] !== LT) {
      if (!scanner.text() || scanner.p === from) return fail('malformed_xml');
      addText(from, scanner.p, scanner.isPlain);
      return true;
    }
    const next = bytes[from + 1];
    if (next === SLASH) return endTag();
    if (next === QUESTION) return scanner.instruction() || fail('malformed_xml');
    if (next !== BANG) return startTag();
    if (bytes[from + 2] === 0x2d && bytes[from + 3] === 0x2d)
      return scanner.comment() || fail('malformed_xml');
    if (!scanner.cdata()) return fail('malformed_xml');
    addCdata(from + 9, scanner.p - 3);
    return true;
  };

  /** References are not resolved in it, line ends are. */
  const addCdata = (from: number, to: number): void => {
    const { bytes } = cells;
    for (let at = from; at < to;) {
      const cr = bytes.indexOf(0x0d, at);
      const end = cr === -1 || cr >= to ? to : cr;
      addText(at, end, true);
      if (end < to) {
        const isPair = end + 1 < to && bytes[end + 1] === 0x0a;
        if (isPair) addText(end + 1, end + 2, true);
        else addText(end, end + 1, false);
        at = isPair ? end + 2 : end + 1;
      } else at = to;
    }
  };

  const parser: XmlRecordParser = {
    problem: null,
    parse(at) {
      scanner.bytes = cells.bytes;
      scanner.p = at;
      parser.problem = null;
      depth = 0;
      elements = 0;
      pieceCount = 0;
      runStart = 0;
      runEnd = 0;
      inScratch = false;
      if (!startTag()) return -1;
      while (depth > 0) if (!content()) return -1;
      return scanner.p;
    },
  };
  return parser;
}
