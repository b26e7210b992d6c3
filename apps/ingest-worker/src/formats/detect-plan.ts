/** How a text is to be read, told from its head: the same head always gives the same plan. */
import { toCsvDialect } from '../csv/csv-rows';
import { type CsvRecord, readCsvRecords } from '../csv/read-csv-records';
import { JobFailure } from '../jobs/job-failure';
import { columnNames } from '../mapping/header-text';
import { BARE_NAMES, SYNONYMS } from '../mapping/synonyms';
import { detectJson } from './detect-json';
import { detectXml } from './detect-xml';
import { discoverColumns } from './discover-columns';
import { type FormatHints, type Head } from './hints';
import { type ReadLimits, type ReadPlan } from './rows';
import { readSample, sniffCsv } from './sniff-csv';
import { sniffHeader } from './sniff-header';

export type FormatPlan = Pick<ReadPlan, 'format' | 'columns' | 'start' | 'startLine'>;

const KNOWN: ReadonlySet<string> = new Set([...SYNONYMS.keys(), ...BARE_NAMES]);

/**
 * @throws JobFailure `empty_file`, `invalid_header`, `too_many_columns`, `malformed_json`, `malformed_xml`,
 * `xml_dtd_refused`, `records_not_found`, `unsupported_format`
 */
export function detectPlan(head: Head, limits: ReadLimits, hints: FormatHints = {}): FormatPlan {
  const { text } = head;
  const from = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;
  const first = firstByte(text, from);
  if (first === null && head.complete) {
    throw new JobFailure('empty_file', 'The file is empty: it has no header and no rows.');
  }
  const kind = hints.kind ?? kindOf(head, from, first);
  if (kind === 'csv') return planCsv(head, from, limits, hints);
  const place = kind === 'xml' ? detectXml(head, from, hints) : detectJson(head, from, hints);
  return {
    ...place,
    columns: discoverColumns(head, place, limits),
    startLine: 1 + countLines(text, place.start),
  };
}

function firstByte(text: Buffer, from: number): number | null {
  for (let p = from; p < text.length; p += 1) {
    const byte = text[p] ?? 0;
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return byte;
  }
  return null;
}

/** Content decides; a name that promises JSON or XML is held to it rather than read as a table of one column. */
function kindOf({ text, name }: Head, from: number, first: number | null): 'csv' | 'json' | 'xml' {
  const start = text.toString('latin1', from, from + 2_000).trimStart();
  if (first === 0x7b) return 'json';
  if (first === 0x5b && (/^\[\s*([[{\]"\d-]|true|false|null|$)/.test(start) || isNamed(name, 'json')))
    return 'json';
  if (first === 0x3c) {
    // A header may be written <A>,<B> as well.
    if (!/^<[^<>]*>\s*[,;|\t]\s*</.test(start)) return 'xml';
  }
  if (isNamed(name, '(geo)?json|ndjson|jsonl')) return 'json';
  return isNamed(name, 'xml') ? 'xml' : 'csv';
}

const isNamed = (name: string, ending: string): boolean =>
  new RegExp(`\\.(${ending})(\\.(gz|zst|br|zip))?$`, 'i').test(name);

function countLines(text: Buffer, to: number): number {
  return text.toString('latin1', 0, to).match(/\r\n|\r|\n/g)?.length ?? 0;
}

type CsvFormat = Extract<ReadPlan['format'], { kind: 'csv' }>;

/** So many columns of a header that is too wide are counted for the message. */
const HEADER_COLUMNS_SEEN = 100_000;

function planCsv(head: Head, from: number, limits: ReadLimits, hints: FormatHints): FormatPlan {
  const text = head.text.toString('utf8', from);
  const dialect = sniffCsv(text, head.complete, hints);
  const { records } = readSample(text, dialect, head.complete);
  const hasHeader = hints.hasHeader ?? sniffHeader(records, (word) => KNOWN.has(word));
  const format = { kind: 'csv' as const, ...dialect, hasHeader };
  const first = readFirst(head, from, format, limits);
  const columns = hasHeader
    ? columnNames(first.fields)
    : first.fields.map((_, index) => `column_${index + 1}`);
  if (columns.length > limits.columnsMax) {
    throw new JobFailure(
      'too_many_columns',
      `The first row has ${columns.length} columns; ${limits.columnsMax} is the most.`,
    );
  }
  return hasHeader
    ? { format, columns, start: first.end, startLine: first.endLine }
    : { format, columns, start: from, startLine: 1 };
}

/** The first record, read as strictly as all others will be. */
function readFirst(head: Head, from: number, format: CsvFormat, limits: ReadLimits): CsvRecord {
  const wide = { ...limits, columnsMax: HEADER_COLUMNS_SEEN };
  const [record] = readCsvRecords(head.text, toCsvDialect(format), wide, from);
  if (record === undefined) throw new JobFailure('empty_file', 'The file has no row that could be read.');
  if (record.problem !== null) {
    throw new JobFailure(
      'invalid_header',
      `The first row (line ${record.line}) cannot be read: ${record.problem}.`,
    );
  }
  return record;
}
