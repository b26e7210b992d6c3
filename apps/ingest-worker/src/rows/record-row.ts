/** One normalised row, field by field. A class, so that all rows share one hidden shape. */
import { isRecordFieldName } from '@bigdata/models';

/** Values that a row fills: the canonical ones, and what equality compares. */
export const TEXT_COLUMNS = [
  'email',
  'email_match',
  'phone',
  'phone_extension',
  'full_name',
  'full_name_match',
  'first_name',
  'first_name_match',
  'middle_name',
  'middle_name_match',
  'last_name',
  'last_name_match',
  'name_prefix',
  'name_suffix',
  'birth_date',
  'gender',
  'company',
  'company_match',
  'job_title',
  'website',
  'address',
  'city',
  'city_match',
  'region',
  'postal_code',
  'country',
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

export type Entry = readonly [name: string, value: string];

export class RecordRow implements Record<TextColumn, string | null> {
  email: string | null = null;
  email_match: string | null = null;
  phone: string | null = null;
  phone_extension: string | null = null;
  full_name: string | null = null;
  full_name_match: string | null = null;
  first_name: string | null = null;
  first_name_match: string | null = null;
  middle_name: string | null = null;
  middle_name_match: string | null = null;
  last_name: string | null = null;
  last_name_match: string | null = null;
  name_prefix: string | null = null;
  name_suffix: string | null = null;
  /** YYYY-MM-DD */
  birth_date: string | null = null;
  gender: string | null = null;
  company: string | null = null;
  company_match: string | null = null;
  job_title: string | null = null;
  website: string | null = null;
  address: string | null = null;
  city: string | null = null;
  city_match: string | null = null;
  region: string | null = null;
  postal_code: string | null = null;
  country: string | null = null;
  /** Columns that map to no field. */
  readonly attributeEntries: Entry[] = [];
  /** Field → text as it stood in the source, where that is not what the column holds. */
  readonly rawEntries: Entry[] = [];
  /** Fields whose text did not normalise, with the reason's code. */
  readonly refusals: Entry[] = [];

  /** For the dedupe key, which looks at attributes only when nothing better identifies the row. */
  get attributes(): Record<string, string> {
    return Object.fromEntries(this.attributeEntries);
  }

  /** The fields that the row fills, as an answer shows them. */
  toRecord(): Record<string, string | Record<string, string>> {
    const record: Record<string, string | Record<string, string>> = {};
    for (const column of TEXT_COLUMNS) {
      const value = this[column];
      if (value !== null && isRecordFieldName(column)) record[column] = value;
    }
    if (this.attributeEntries.length > 0) record['attributes'] = this.attributes;
    return record;
  }
}
