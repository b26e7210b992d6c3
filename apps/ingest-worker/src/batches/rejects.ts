/** Why a row was not loaded. The codes and sentences of docs/ingest-path.md. */
import { type RowProblem } from '../formats/rows';

export type RejectCode = RowProblem | 'no_identifier' | 'erased';

export const REJECT_REASONS: Readonly<Record<RejectCode, string>> = {
  unterminated_quote:
    'A quoted field is never closed; only this line is rejected, reading went on with the next.',
  invalid_quote:
    'A closing quote is followed by something other than the delimiter; write a quote inside a quoted field twice.',
  row_too_long: 'The row is longer than the worker accepts.',
  field_too_long: 'A field is longer than the worker accepts.',
  invalid_encoding:
    'The row is not valid UTF-8. When the whole file is in another encoding, load it with a hint that says which.',
  nul_byte: 'The row holds a zero byte.',
  malformed_json: 'The record is not valid JSON.',
  not_an_object: 'The record is no object, so its values have no names.',
  nested_too_deep: 'The record is nested deeper than the worker accepts.',
  malformed_xml: 'The record is not well-formed XML.',
  too_many_columns: 'The row has more fields than the header.',
  erased: 'The row tells of a person who was erased; nothing of it is kept.',
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
