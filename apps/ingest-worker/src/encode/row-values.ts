/** What the fields of a row write: canonical value, match form, raw text, warning. One object for a whole job. */
import { type NormalizedValue } from '@bigdata/normalization';
import { type WarningCounts } from '../rows/warning-counts';
import { type TextColumn } from './native-block';
import { type ValueColumns } from './value-columns';

/** Columns of a field, looked up once. */
export interface FieldColumns {
  readonly field: string;
  readonly value: TextColumn;
  readonly match: TextColumn;
  readonly raw: TextColumn;
}

/** Takes a cell that is not blank. */
export type FieldEncoder = (bytes: Buffer, start: number, end: number) => unknown;

export class RowValues {
  /** Field and code, in turns, of the row under way. */
  readonly #refusals: string[] = [];

  constructor(readonly columns: ValueColumns) {}

  columnsOf(field: string): FieldColumns {
    return {
      field,
      value: this.columns.column(`v_${field}`),
      match: this.columns.column(`m_${field}`),
      raw: this.columns.column(`r_${field}`),
    };
  }

  /** What a normaliser made of a cell: the raw text is kept where it differs, and where there is no value. */
  take(
    field: FieldColumns,
    raw: string,
    result: NormalizedValue,
    bytes: Buffer,
    start: number,
    end: number,
  ): string | null {
    if (!result.ok) {
      this.refuse(field, result.code, bytes, start, end);
      return null;
    }
    this.put(field, raw, result.value, bytes, start, end);
    return result.value;
  }

  put(field: FieldColumns, raw: string, value: string, bytes: Buffer, start: number, end: number): void {
    this.columns.text(field.value, value);
    if (value !== raw) this.columns.copy(field.raw, bytes, start, end);
  }

  refuse(field: FieldColumns, code: string, bytes: Buffer, start: number, end: number): void {
    this.columns.copy(field.raw, bytes, start, end);
    this.#refusals.push(field.field, code);
  }

  /** Counts the warnings of a row that is kept. */
  accept(warnings: WarningCounts): void {
    const refusals = this.#refusals;
    for (let at = 0; at < refusals.length; at += 2) warnings.add(refusals[at] ?? '', refusals[at + 1] ?? '');
    refusals.length = 0;
  }

  discard(): void {
    this.#refusals.length = 0;
  }
}
