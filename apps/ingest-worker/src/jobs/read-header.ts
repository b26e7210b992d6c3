/** What must be known of a file before its rows can be read: that it is CSV, how it is cut, what its columns are. */
import { createCsvReader, type CsvLimits } from '../csv/csv-reader';
import { refuseOtherContent } from '../csv/refuse-other-content';
import { sniffDelimiter } from '../csv/sniff-delimiter';
import { type Source } from '../source/source';
import { JobFailure } from './job-failure';

export interface Header {
  /** One ASCII byte. */
  readonly delimiter: number;
  readonly names: readonly string[];
  /** Where the rows begin. */
  readonly end: number;
  readonly endLine: number;
}

/** The delimiter is told from this much, whatever is read later: every try comes to the same one. */
const HEAD_BYTES = 65_536;

/** @throws JobFailure `empty_file`, `unsupported_format`, `unsupported_encoding`, `binary_file`, `invalid_header` */
export async function readHeader(source: Source, limits: CsvLimits): Promise<Header> {
  const head = await readHead(source);
  const refusal = refuseOtherContent(head);
  if (refusal) throw new JobFailure(refusal.code, refusal.detail);
  const delimiter = sniffDelimiter(head, head.length === source.bytesTotal, limits).charCodeAt(0);

  const reader = createCsvReader({ delimiter, limits, offset: 0, line: 1 });
  let record = null;
  for await (const chunk of source.read(0)) {
    reader.push(chunk);
    record = reader.next();
    if (record !== null) break;
  }
  if (record === null) {
    reader.end();
    record = reader.next();
  }
  if (record === null) throw new JobFailure('empty_file', 'The file is empty: it has no header and no rows.');
  if (record.problem !== null) {
    throw new JobFailure(
      'invalid_header',
      `The header row (line ${record.line}) cannot be read: ${record.problem}.`,
    );
  }
  return { delimiter, names: record.fields, end: record.end, endLine: record.endLine };
}

async function readHead(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source.read(0)) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}
