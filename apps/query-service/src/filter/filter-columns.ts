/** Field → how ClickHouse compares it. The only source of identifiers in the SQL of a filter. */
import {
  type AttributeType,
  type FilterField,
  type FilterOperator,
  type RecordFieldName,
} from '@bigdata/models';
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

/** Equality of e-mail addresses is that of mailboxes; their parts and their order are those of the text that is shown. */
const AS_SHOWN: typeof COLUMNS = { ...COLUMNS, email: plain('email') };
/** Scheme and host are in lower case anyhow, and who looks for a part of a path does not know its case. */
const PARTS: typeof COLUMNS = { ...AS_SHOWN, website: anyCase('website') };

const BY_OPERATOR: Readonly<Record<FilterOperator, typeof COLUMNS>> = {
  eq: COLUMNS,
  ne: COLUMNS,
  in: COLUMNS,
  not_in: COLUMNS,
  lt: AS_SHOWN,
  lte: AS_SHOWN,
  gt: AS_SHOWN,
  gte: AS_SHOWN,
  between: AS_SHOWN,
  prefix: PARTS,
  contains: PARTS,
  exists: AS_SHOWN,
};

/** NULL where the text is not of the type. */
const readAs = (expression: string): FilterColumn => ({
  ...plain(expression),
  present: `isNotNull(${expression})`,
});

/** Stricter than ClickHouse, which reads "inf", "7 " and "1 Jan" too. */
const NUMBER = '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$';
const MOMENT =
  '^(19|20|21)[0-9][0-9]-[01][0-9]-[0-3][0-9]([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-][01][0-9]:[0-5][0-9])?)?$';
const where = (text: string, pattern: string): string => `if(match(${text}, '${pattern}'), ${text}, '')`;

const ATTRIBUTES: Readonly<Record<AttributeType, (text: string) => FilterColumn>> = {
  text: (text) => plain(text),
  // Lists of numbers are no parameters: the client puts their members in quotes.
  number: (text) => ({
    ...readAs(`toFloat64OrNull(${where(text, NUMBER)})`),
    wrap: (value) => `toFloat64(${value})`,
  }),
  date: (text) => ({
    ...readAs(`parseDateTime64BestEffortOrNull(${where(text, MOMENT)}, 3, 'UTC')`),
    type: "DateTime64(3, 'UTC')",
  }),
};

export function filterColumn(
  field: FilterField,
  operator: FilterOperator,
  parameters: SqlParameters,
): FilterColumn {
  if (field.kind === 'field') return BY_OPERATOR[operator][field.name];
  return ATTRIBUTES[field.type](`attributes[${parameters.one('String', field.name)}]`);
}
