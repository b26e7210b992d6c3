/** Why a row was not loaded. The codes and sentences of docs/ingest-path.md. */
import { type CsvProblem } from '../csv/csv-reader';

export type RejectCode = CsvProblem | 'too_many_columns' | 'no_identifier';

export const REJECT_REASONS: Readonly<Record<RejectCode, string>> = {
  unterminated_quote:
    'A quoted field is never closed; only this line is rejected, reading went on with the next.',
  invalid_quote:
    'A closing quote is followed by something other than the delimiter; write a quote inside a quoted field twice.',
  row_too_long: 'The row is longer than the worker accepts.',
  field_too_long: 'A field is longer than the worker accepts.',
  invalid_encoding: 'The row is not valid UTF-8.',
  nul_byte: 'The row holds a zero byte.',
  too_many_columns: 'The row has more fields than the header.',
  no_identifier: 'No field of the row could be read, so nothing identifies a record.',
};

export interface RejectRow {
  readonly line: number;
  readonly byte_offset: number;
  readonly column: string | null;
  readonly code: RejectCode;
  readonly reason: string;
  readonly raw: string;
}
