/** Field → how ClickHouse compares it. The only source of identifiers in the SQL of a filter. */
import { type FilterField, type RecordFieldName } from '@bigdata/models';
import { type SqlParameters, type SqlParameterType } from '../clickhouse/sql-parameters';

export interface FilterColumn {
  /** What the values are compared with. */
  readonly expression: string;
  /** True where the field has a value; null: it always has one. */
  readonly present: string | null;
  readonly type: SqlParameterType;
  /** SQL over a value before it is compared, or null. */
  readonly wrap: ((value: string) => string) | null;
}

const plain = (column: string, type: SqlParameterType = 'String'): FilterColumn => ({
  expression: column,
  present: `${column} != ''`,
  type,
  wrap: null,
});

const always = (column: string, type: SqlParameterType): FilterColumn => ({
  ...plain(column, type),
  present: null,
});

/** Compared without regard to case: for text that has no column with the folded spelling. */
const anyCase = (column: string): FilterColumn => ({
  ...plain(column),
  expression: `lowerUTF8(${column})`,
  wrap: (value) => `lowerUTF8(${value})`,
});

/** Of the packed column, in bytes: making a UUID of every row takes three times as long. */
const ingestId: FilterColumn = {
  ...always('toFixedString(substring(v_ingest, 5), 16)', 'String'),
  wrap: (value) => `UUIDStringToNum(${value})`,
};

const COLUMNS: Readonly<Record<Exclude<RecordFieldName, 'attributes'>, FilterColumn>> = {
  record_id: { ...always('dedupe_key', 'String'), wrap: (value) => `toFixedString(unhex(${value}), 16)` },
  dataset: plain('dataset'),
  email: plain('email_match'),
  phone: plain('phone'),
  full_name: plain('full_name_match'),
  first_name: plain('first_name_match'),
  middle_name: plain('middle_name_match'),
  last_name: plain('last_name_match'),
  name_prefix: anyCase('name_prefix'),
  name_suffix: anyCase('name_suffix'),
  birth_date: plain('birth_date'),
  gender: plain('gender'),
  company: plain('company_match'),
  job_title: anyCase('job_title'),
  website: plain('website'),
  address: anyCase('address'),
  city: plain('city_match'),
  region: anyCase('region'),
  postal_code: plain('postal_code'),
  country: plain('country'),
  first_seen_at: always('first_seen_at', "DateTime64(3, 'UTC')"),
  updated_at: always('updated_at', "DateTime64(3, 'UTC')"),
  ingest_id: ingestId,
};

export function filterColumn(field: FilterField, parameters: SqlParameters): FilterColumn {
  if (field.kind === 'field') return COLUMNS[field.name];
  const name = parameters.one('String', field.name);
  return plain(`attributes[${name}]`);
}
