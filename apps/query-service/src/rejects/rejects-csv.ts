/**
 * Rejects as a file that can be mended and loaded again. Of a CSV file every row stands as it stood there, behind three
 * columns that say why it was rejected and that a load leaves out; of any other format the row is one quoted column.
 */
import { type Reject } from '@bigdata/models';

/** How the file of a job was read. */
export interface LoadedFile {
  readonly format: string;
  /** One character; '' where the format has none. */
  readonly delimiter: string;
  /** Header of the file. */
  readonly columns: readonly string[];
}

export interface RejectsCsv {
  readonly header: string;
  line(reject: Reject): string;
}

const REASONS = ['reject_line', 'reject_code', 'reject_reason'];
/** RFC 4180. */
const LINE_END = '\r\n';

/** @param file null: nobody knows how it was read */
export function createRejectsCsv(file: LoadedFile | null): RejectsCsv {
  const ofCsv = file?.format === 'csv' && file.delimiter !== '' ? file : null;
  const delimiter = ofCsv?.delimiter ?? ',';
  const columns = (ofCsv?.columns ?? ['raw']).map((name) => quotedWhereNeeded(name, delimiter));
  const write = (...cells: readonly (string | number)[]): string => cells.join(delimiter) + LINE_END;
  return {
    header: write(...REASONS, ...columns),
    line: ({ line, code, reason, raw }) =>
      ofCsv
        ? write(line, code, quoted(reason), raw)
        : write(quoted(String(line)), quoted(code), quoted(reason), quoted(raw)),
  };
}

function quotedWhereNeeded(text: string, delimiter: string): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
