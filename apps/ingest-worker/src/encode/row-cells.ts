/** Finds the cell of a field in a row: in a column of the file, or among the values under names found later. */
import { type RecordFieldName } from '@bigdata/models';
import { type Column } from '../mapping/map-columns';
import { type Row } from '../formats/rows';
import { isBlank } from './cell-class';

/** Fields that a file can fill, in the order in which the encoder wants them. */
export const CELL_FIELDS = [
  'country',
  'email',
  'phone',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'full_name',
  'birth_date',
  'gender',
  'company',
  'job_title',
  'website',
  'address',
  'city',
  'region',
  'postal_code',
] as const satisfies readonly RecordFieldName[];
export type CellField = (typeof CELL_FIELDS)[number];

/** Columns that a download of rejects has in front; they are about the file and not about the record. */
export const REJECT_COLUMNS: ReadonlySet<string> = new Set(['reject_line', 'reject_code', 'reject_reason']);

export interface RowLayout {
  /** Per field of CELL_FIELDS its column, or -1. */
  readonly columnOf: Int32Array;
  readonly attributes: readonly { readonly name: string; readonly column: number }[];
}

export function toRowLayout(columns: readonly Pick<Column, 'name' | 'field'>[]): RowLayout {
  const columnOf = new Int32Array(CELL_FIELDS.length).fill(-1);
  const attributes: { name: string; column: number }[] = [];
  columns.forEach(({ name, field }, column) => {
    const at = field === null ? -1 : CELL_FIELDS.indexOf(field as CellField);
    if (at !== -1) columnOf[at] = column;
    else if (!REJECT_COLUMNS.has(name)) attributes.push({ name, column });
  });
  return { columnOf, attributes };
}

/** @returns whether the row has something in the column; its cell is `row.bytes[row.starts[column], row.ends[column])` */
export function hasCell(row: Row, column: number): boolean {
  return (
    column >= 0 && column < row.count && !isBlank(row.bytes, row.starts[column] ?? 0, row.ends[column] ?? 0)
  );
}
