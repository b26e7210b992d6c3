/** The encoding of a text, told from its first bytes: its mark, what it declares, and what its bytes can be. */
import { isAscii, isUtf8 } from 'node:buffer';
import { type ReadPlan } from '../formats/rows';
import { JobFailure } from '../jobs/job-failure';

export type Encoding = ReadPlan['encoding'];

/** Names that XML documents declare, in lower case; those of ISO 8859-1 mean Windows-1252, as everywhere on the web. */
const DECLARED: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  iso8859_1: 'windows-1252',
  'iso_8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  l1: 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
};
const DECLARED_UTF16 = new Set(['utf-16', 'utf-16le', 'utf-16be', 'ucs-2', 'iso-10646-ucs-2']);

const XML_DECLARATION = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/;

/**
 * @throws JobFailure `unsupported_encoding`, `binary_file`
 */
export function detectEncoding(head: Uint8Array, complete: boolean): Encoding {
  const byMark = encodingByMark(head);
  if (byMark !== null) return byMark;
  const byZeros = encodingByZeros(head);
  if (byZeros !== null) return byZeros;
  if (head.includes(0)) {
    throw new JobFailure(
      'binary_file',
      'The file holds zero bytes, so it is no text. Export it as CSV, JSON, NDJSON or XML.',
    );
  }
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 1_000)).toString('latin1');
  const declared = XML_DECLARATION.exec(text)?.[1]?.toLowerCase();
  if (declared !== undefined) {
    const encoding = DECLARED[declared];
    if (encoding !== undefined) return encoding;
    throw unsupported(
      DECLARED_UTF16.has(declared)
        ? `The XML says that it is in ${declared}, and it is not.`
        : `The XML is in ${declared}.`,
    );
  }
  // JSON is UTF-8 by RFC 8259, and so is XML that declares nothing: what is not belongs to rows that are rejected.
  return /^\s*[[{<]/.test(text) ? 'utf-8' : encodingByLetters(head, complete);
}

/** So much of a text is looked through for its first byte beyond ASCII, and so much from there on decides. */
const LATE_BYTES_MAX = 67_108_864;
const LATE_WINDOW_BYTES = 262_144;

/** Of a table that begins with ASCII alone: what its first letters beyond ASCII are in. */
export async function detectLateEncoding(
  bytes: AsyncIterable<Uint8Array>,
): Promise<'utf-8' | 'windows-1252'> {
  const letters: Buffer[] = [];
  let passed = 0;
  let length = 0;
  for await (const chunk of bytes) {
    if (letters.length === 0 && isAscii(chunk)) {
      passed += chunk.length;
      if (passed >= LATE_BYTES_MAX) return 'utf-8';
      continue;
    }
    const from = letters.length === 0 ? chunk.findIndex((byte) => byte >= 0x80) : 0;
    letters.push(Buffer.from(chunk.subarray(from)));
    length += chunk.length - from;
    if (length > LATE_WINDOW_BYTES) break;
  }
  return encodingByLetters(Buffer.concat(letters), length <= LATE_WINDOW_BYTES);
}

function encodingByLetters(text: Uint8Array, complete: boolean): 'utf-8' | 'windows-1252' {
  const whole = complete ? text : text.subarray(0, text.length - tornBytes(text));
  return isUtf8(whole) || looksLikeBrokenUtf8(whole) ? 'utf-8' : 'windows-1252';
}

function encodingByMark(head: Uint8Array): Encoding | null {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    throw unsupported('The file is in UTF-32.');
  }
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
}

/** In UTF-16 of mostly Latin text every other byte is zero: these shares of the pairs tell it from binary data. */
const ZEROS_MIN = 0.2;
const OTHER_ZEROS_MAX = 0.01;

function encodingByZeros(head: Uint8Array): Encoding | null {
  const pairs = Math.floor(head.length / 2);
  if (pairs === 0) return null;
  let high = 0;
  let low = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    if (head[i] === 0) high += 1;
    if (head[i + 1] === 0) low += 1;
  }
  if (low >= pairs * ZEROS_MIN && high <= pairs * OTHER_ZEROS_MAX) return 'utf-16le';
  return high >= pairs * ZEROS_MIN && low <= pairs * OTHER_ZEROS_MAX ? 'utf-16be' : null;
}

/** Bytes at the end of a head that are the start of one more character. */
function tornBytes(head: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, head.length); back += 1) {
    const byte = head[head.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Whether most of what is beyond ASCII is UTF-8 all the same: letters of Windows-1252 hardly ever look like it. */
function looksLikeBrokenUtf8(head: Uint8Array): boolean {
  let good = 0;
  let bad = 0;
  for (let i = 0; i < head.length;) {
    const byte = head[i] ?? 0;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (byte >= 0x80) {
      if (isUtf8(head.subarray(i, i + length))) good += 1;
      else bad += 1;
    }
    i += byte >= 0x80 && !isUtf8(head.subarray(i, i + length)) ? 1 : length;
  }
  return good > bad;
}

function unsupported(what: string): JobFailure {
  return new JobFailure('unsupported_encoding', `${what} Save it as UTF-8 and load it again.`);
}
