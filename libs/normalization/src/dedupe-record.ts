/** Fields that take part in identity; empty, null and missing are the same. All values are normalised already. */
export const DEDUPE_FIELDS = [
  'email',
  'phone',
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'birth_date',
  'gender',
  'company',
  'job_title',
  'website',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
] as const;

export type DedupeField = (typeof DEDUPE_FIELDS)[number];

export type DedupeRecord = Readonly<Partial<Record<DedupeField, string | null | undefined>>> & {
  /** Columns that map to no field. */
  readonly attributes?: Readonly<Record<string, string | null | undefined>> | null | undefined;
};
