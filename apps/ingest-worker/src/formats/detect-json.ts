/** Whether a text is JSON or NDJSON, and where in a document its records lie. */
import { JobFailure } from '../jobs/job-failure';
import { type FormatHints, type Head } from './hints';
import { createJsonValidator } from './json-validator';
import { type ReadPlan } from './rows';

type JsonFormat = Extract<ReadPlan['format'], { kind: 'json' | 'ndjson' }>;

export interface JsonPlace {
  readonly format: JsonFormat;
  /** Position of the first record. */
  readonly start: number;
}

/** Lines that are looked at to tell NDJSON. */
const LINES_LOOKED_AT = 20;

/** @throws JobFailure `malformed_json`, `records_not_found` */
export function detectJson(head: Head, from: number, hints: FormatHints): JsonPlace {
  const { text } = head;
  const first = text[firstOf(text, from)];
  const isLines =
    hints.kind === 'ndjson' ||
    (hints.kind !== 'json' && hints.path === undefined && looksLikeLines(head, from));
  if (isLines) return { format: { kind: 'ndjson' }, start: from };

  const arrays = findArrays(text, from);
  if (hints.path !== undefined) {
    const wanted = JSON.stringify(hints.path);
    const found = arrays.find(({ path }) => JSON.stringify(path) === wanted);
    if (found) return place(head, from, found);
    throw notFound(
      `There is no array under ${hints.path.join('.') || 'the root'} in the first ${text.length} bytes.`,
    );
  }
  if (first === 0x5b) {
    return place(
      head,
      from,
      arrays.find(({ path }) => path.length === 0) ?? { path: [], start: firstOf(text, from) + 1 },
    );
  }
  const best = arrays
    .filter(({ objects }) => objects > 0)
    .sort((a, b) => b.bytes - a.bytes || a.start - b.start)[0];
  const end = endOfValue(text, from);
  // One object that is whole and is not mostly one array of objects is a record; so is each of several.
  const isRecord =
    end !== -1 && (firstOf(text, end) < text.length || best === undefined || best.bytes * 2 < end - from);
  if (best !== undefined && !isRecord) return place(head, from, best);
  if (isRecord || head.complete) return { format: { kind: 'json', path: null }, start: from };
  throw notFound(`No array of objects begins in the first ${text.length} bytes.`);
}

function place(head: Head, from: number, array: { path: readonly string[]; start: number }): JsonPlace {
  const wrong = createJsonValidator().check(head.text, from, array.start);
  if (wrong !== -1) throw new JobFailure('malformed_json', `The JSON is broken at byte ${wrong}.`);
  return { format: { kind: 'json', path: array.path }, start: array.start };
}

const notFound = (what: string): JobFailure =>
  new JobFailure('records_not_found', `${what} Say where the records are.`);

/** Whether most of the first lines are objects, each on its own. A document on one line is none of several. */
function looksLikeLines({ text, complete, name }: Head, from: number): boolean {
  const isNamedSo = /\.(ndjson|jsonl|jsonlines|geojsonl|ldjson)(\.\w+)?$/i.test(name);
  const parts = text.toString('utf8', from).split(/\r\n|\r|\n/);
  const hasEnd = parts.length > 1;
  // The last line may go on behind the head.
  if (!complete) parts.pop();
  const lines = parts.filter((line) => line.trim() !== '').slice(0, LINES_LOOKED_AT);
  if (isNamedSo) return true;
  const objects = lines.filter(isObject).length;
  if (lines.length === 1 && complete) {
    // A single line: a document if it holds the records, else one record, or several that broke their line end.
    return objects === 0 && hasSeveralValues(text, from);
  }
  return hasEnd && objects > 0 && objects * 2 >= lines.length;
}

function isObject(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function hasSeveralValues(text: Buffer, from: number): boolean {
  if (text[firstOf(text, from)] !== 0x7b) return false;
  const end = endOfValue(text, from);
  return end !== -1 && text[firstOf(text, end)] === 0x7b;
}

function firstOf(text: Buffer, from: number): number {
  let p = from;
  while (p < text.length && [0x20, 0x0a, 0x0d, 0x09].includes(text[p] ?? 0)) p += 1;
  return p;
}

interface FoundArray {
  readonly path: readonly string[];
  /** Behind its bracket. */
  readonly start: number;
  bytes: number;
  objects: number;
}

interface Frame {
  readonly isArray: boolean;
  /** Names that lead here from the root; null within an array. */
  readonly path: readonly string[] | null;
  readonly array: FoundArray | null;
  key: string | null;
}

/** Arrays that names alone lead to, also the one that goes on behind the head. */
function findArrays(text: Buffer, from: number): FoundArray[] {
  const found: FoundArray[] = [];
  const frames: Frame[] = [];
  const close = (at: number): void => {
    const frame = frames.pop();
    if (frame?.array) frame.array.bytes = at - frame.array.start;
  };
  for (let p = from; p < text.length; p += 1) {
    const byte = text[p];
    const top = frames.at(-1);
    if (byte === 0x22) {
      const end = endOfString(text, p);
      if (end === -1) break;
      if (top && !top.isArray && text[firstOf(text, end)] === 0x3a) top.key = keyOf(text, p, end);
      p = end - 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      const isArray = byte === 0x5b;
      if (!isArray && top?.array) top.array.objects += 1;
      const path =
        top === undefined ? [] : top.isArray || top.path === null ? null : [...top.path, top.key ?? ''];
      const array = isArray && path !== null ? { path, start: p + 1, bytes: 0, objects: 0 } : null;
      if (array) found.push(array);
      frames.push({ isArray, path, array, key: null });
    } else if (byte === 0x7d || byte === 0x5d) {
      close(p);
      if (frames.length === 0) break;
    }
  }
  while (frames.length > 0) close(text.length);
  return found;
}

/** Position behind the string that begins at `from`, or -1. */
function endOfString(text: Buffer, from: number): number {
  for (let p = from + 1; p < text.length; p += 1) {
    if (text[p] === 0x5c) p += 1;
    else if (text[p] === 0x22) return p + 1;
  }
  return -1;
}

function keyOf(text: Buffer, from: number, to: number): string {
  try {
    return String(JSON.parse(text.toString('utf8', from, to)));
  } catch {
    return text.toString('utf8', from + 1, to - 1);
  }
}

/** Position behind the object or array that begins at `from`, or -1. */
function endOfValue(text: Buffer, from: number): number {
  let depth = 0;
  for (let p = firstOf(text, from); p < text.length; p += 1) {
    const byte = text[p];
    if (byte === 0x22) {
      p = endOfString(text, p) - 1;
      if (p < 0) return -1;
    } else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth <= 0) return p + 1;
    }
  }
  return -1;
}
