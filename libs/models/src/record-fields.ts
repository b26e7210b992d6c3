/**
 * The fields of a record as callers see them. One table drives the filter schema, the compiler, the header
 * mapping of the ingest and the documentation.
 */
export const FIELD_TYPES = [
  'id',
  'text',
  'name',
  'email',
  'phone',
  'country',
  'date',
  'timestamp',
  'map',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

interface RecordField {
  readonly type: FieldType;
  readonly description: string;
}

const field = (type: FieldType, description: string): RecordField => ({ type, description });

export const RECORD_FIELDS = {
  record_id: field('id', 'Stable id of the record: 32 hexadecimal characters, derived from its dedupe key'),
  dataset: field('text', 'Dataset the record was loaded into'),
  email: field('email', 'Canonical e-mail address, lower case, domain in ASCII form'),
  phone: field('phone', 'Phone number in E.164'),
  full_name: field('name', 'Whole name in the order it is spoken'),
  first_name: field('name', 'Given name'),
  middle_name: field('name', 'Middle names or initials'),
  last_name: field('name', 'Family name, particles included'),
  name_prefix: field('name', 'Honorific, such as Dr.'),
  name_suffix: field('name', 'Suffix, such as Jr. or PhD'),
  birth_date: field('date', 'Date of birth, ISO 8601 (YYYY-MM-DD)'),
  gender: field('text', 'female, male or other'),
  company: field('name', 'Company or organisation'),
  job_title: field('text', 'Job title'),
  website: field('text', 'Website as an absolute URL'),
  address: field('text', 'Street address'),
  city: field('name', 'City'),
  region: field('text', 'State, province or region'),
  postal_code: field('text', 'Postal code'),
  country: field('country', 'Country, ISO 3166-1 alpha-2'),
  attributes: field('map', 'Every input column that maps to no other field, by its name'),
  first_seen_at: field('timestamp', 'When the record was first loaded (UTC)'),
  updated_at: field('timestamp', 'When a load last touched the record (UTC)'),
  ingest_id: field('id', 'Job that last touched the record'),
} as const satisfies Record<string, RecordField>;

export type RecordFieldName = keyof typeof RECORD_FIELDS;

export const RECORD_FIELD_NAMES = Object.keys(RECORD_FIELDS) as [RecordFieldName, ...RecordFieldName[]];

export function isRecordFieldName(name: string): name is RecordFieldName {
  return Object.hasOwn(RECORD_FIELDS, name);
}
