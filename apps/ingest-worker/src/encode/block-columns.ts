/** The columns that blocks of a job can have. An insert names its columns before it knows its rows. */
import { type Column } from '../mapping/map-columns';
import { CELL_FIELDS, type CellField } from './row-cells';

const OF_EVERY_ROW = ['dedupe_key', 'key_rule', 'load', 'dataset', 'first_seen_at', 'updated_at', 'v_ingest'];

const NAMES: readonly CellField[] = [
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
];

/** Fields with a spelling of their own to compare by. */
const MATCHED: ReadonlySet<CellField> = new Set([
  'email',
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'company',
  'city',
]);

/** @param country of the job, for rows that have none */
export function blockColumnsOf(
  columns: readonly Pick<Column, 'field'>[],
  country: string | null,
): readonly string[] {
  const fields = new Set(CELL_FIELDS.filter((field) => columns.some((column) => column.field === field)));
  if (country !== null) fields.add('country');
  // Parts are taken from the whole name, and the whole from its parts.
  if (NAMES.some((name) => fields.has(name))) for (const name of NAMES) fields.add(name);
  return [
    ...OF_EVERY_ROW,
    ...[...fields].flatMap((field) => [
      `v_${field}`,
      ...(MATCHED.has(field) ? [`m_${field}`] : []),
      `r_${field}`,
    ]),
    ...(fields.has('phone') ? ['v_phone_extension'] : []),
    'v_attributes',
  ];
}
