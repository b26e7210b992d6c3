/** Which element of an XML document is its record, told from the head: the repeated one that holds most of it. */
import { JobFailure } from '../jobs/job-failure';
import { type FormatHints, type Head } from './hints';
import { type ReadPlan } from './rows';
import { COMMENT_OPEN, hasBytes, isXmlSpace } from './xml-characters';
import { BROKEN_TAG, createXmlScanner, OPEN_TAG } from './xml-scanner';

export interface XmlPlace {
  readonly format: Extract<ReadPlan['format'], { kind: 'xml' }>;
  /** Position of the first record. */
  readonly start: number;
}

/** Elements of one name under one parent. */
interface Group {
  readonly name: string;
  readonly depth: number;
  count: number;
  bytes: number;
  /** Whether any of them has attributes or child elements. */
  hasParts: boolean;
}

interface OpenElement {
  readonly group: Group;
  readonly path: string;
  readonly start: number;
}

/** First elements of each name, and what is open around them. */
interface First {
  readonly start: number;
  readonly ancestors: readonly string[];
}

const LT = 0x3c;
const DECLARATION =
  /^<\?xml(?=\s)\s+version\s*=\s*(["'])(1\.\d+)\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\3)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\4)?\s*\?>/;

/** @throws JobFailure `malformed_xml`, `xml_dtd_refused`, `unsupported_format`, `records_not_found` */
export function detectXml(head: Head, from: number, hints: FormatHints): XmlPlace {
  const start = passDeclaration(head.text, from);
  const { groups, firsts, root, isBroken } = survey(head, start);
  // A root that goes on behind the head with nothing in it so far is not the record: what it holds may be.
  const isPreamble = groups.size === 1 && root !== null && !head.complete;
  const element = hints.element ?? (isPreamble ? null : chooseElement([...groups.values()]));
  const first = element === null ? undefined : firsts.get(element);
  if (element !== null && first !== undefined) {
    return { format: { kind: 'xml', element, ancestors: first.ancestors }, start: first.start };
  }
  if (hints.element !== undefined && root !== null && !head.complete) {
    // It may begin behind the head: all from the root on is looked through.
    return { format: { kind: 'xml', element: hints.element, ancestors: [root.name] }, start: root.end };
  }
  if (isBroken || (element === null && head.complete)) {
    throw new JobFailure('malformed_xml', 'The XML is broken: it has no element that could be read.');
  }
  throw new JobFailure(
    'records_not_found',
    `There is no element ${element === null ? '' : `<${element}> `}in the first ${head.text.length} bytes. ` +
      'Say which element is a record.',
  );
}

/** @returns position behind the XML declaration */
function passDeclaration(text: Buffer, from: number): number {
  const line = text.toString('latin1', from, from + 1_000);
  if (!/^<\?xml[\s?]/.test(line)) return from;
  const declaration = DECLARATION.exec(line);
  if (declaration === null) {
    throw new JobFailure('malformed_xml', 'The XML declaration in the first line is not well-formed.');
  }
  if (declaration[2] === '1.1') {
    throw new JobFailure('unsupported_format', 'The file is XML 1.1. Save it as XML 1.0.');
  }
  return from + declaration[0].length;
}

function chooseElement(groups: readonly Group[]): string | null {
  const byBytes = (a: Group, b: Group): number => b.bytes - a.bytes || a.depth - b.depth;
  const repeated = groups
    .filter(({ count, hasParts, depth }) => count > 1 && hasParts && depth > 0)
    .sort(byBytes)[0];
  if (repeated) return repeated.name;
  // Nothing comes twice: one record, which is the root's only structure, or the root itself.
  const children = groups.filter(({ depth }) => depth === 1);
  const structured = children.filter(({ hasParts }) => hasParts).sort(byBytes)[0];
  if (structured) return structured.name;
  const [only, other] = children;
  if (only && !other && only.count > 1) return only.name;
  return groups.find(({ depth }) => depth === 0)?.name ?? null;
}

/** Goes over the head as far as it is well-formed. */
function survey(
  head: Head,
  from: number,
): {
  groups: Map<string, Group>;
  firsts: Map<string, First>;
  /** The root, when its start tag is whole and not its end as well. */
  root: { readonly name: string; readonly end: number } | null;
  isBroken: boolean;
} {
  const bytes = Buffer.concat([head.text, Buffer.of(0)]);
  const end = head.text.length;
  const groups = new Map<string, Group>();
  const firsts = new Map<string, First>();
  const open: OpenElement[] = [];
  const scanner = createXmlScanner();
  scanner.bytes = bytes;
  scanner.p = from;
  let hasAttributes = false;
  let hasRoot = false;
  let root: { readonly name: string; readonly end: number } | null = null;

  const startTag = (): boolean => {
    const start = scanner.p;
    hasAttributes = false;
    const kind = scanner.startTag(() => {
      hasAttributes = true;
      return true;
    });
    if (kind === BROKEN_TAG || (hasRoot && open.length === 0)) return false;
    const name = bytes.toString('utf8', scanner.nameStart, scanner.nameEnd);
    if (!hasRoot && kind === OPEN_TAG) root = { name, end: scanner.p };
    hasRoot = true;
    const parent = open.at(-1);
    const path = `${parent?.path ?? ''}/${name}`;
    const group = groups.get(path) ?? { name, depth: open.length, count: 0, bytes: 0, hasParts: false };
    groups.set(path, group);
    group.count += 1;
    group.hasParts ||= hasAttributes;
    if (parent) parent.group.hasParts = true;
    if (!firsts.has(name)) firsts.set(name, { start, ancestors: open.map((element) => element.group.name) });
    if (kind === OPEN_TAG) open.push({ group, path, start });
    else group.bytes += scanner.p - start;
    return true;
  };
  const endTag = (): boolean => {
    if (!scanner.endTag()) return false;
    const element = open.pop();
    if (element?.group.name !== bytes.toString('utf8', scanner.nameStart, scanner.nameEnd)) return false;
    element.group.bytes += scanner.p - element.start;
    return true;
  };
  const token = (): boolean => {
    const { p } = scanner;
    if (bytes[p] !== LT) {
      let q = p;
      while (isXmlSpace(bytes[q])) q += 1;
      return scanner.text() && (open.length > 0 || q === scanner.p) && scanner.p > p;
    }
    const next = bytes[p + 1];
    if (next === 0x2f) return endTag();
    if (next === 0x3f) return scanner.instruction();
    if (next !== 0x21) return startTag();
    if (hasBytes(bytes, p, COMMENT_OPEN)) return scanner.comment();
    if (/^<!DOCTYPE/i.test(bytes.toString('latin1', p, p + 9))) throw dtdRefused();
    return open.length > 0 && scanner.cdata();
  };

  let isBroken = false;
  while (scanner.p < end && !isBroken) isBroken = !token();
  // What the head cuts off counts as far as it goes.
  for (const { group, start } of open) group.bytes += end - start;
  return { groups, firsts, root, isBroken: isBroken && head.complete };
}

function dtdRefused(): JobFailure {
  return new JobFailure(
    'xml_dtd_refused',
    'The XML has a document type declaration, which can make a file mean what it does not say. Save it without one.',
  );
}
