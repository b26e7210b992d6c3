/** Every reason for which a value does not normalise. Closed: callers may switch over it exhaustively. */
export const NORMALIZATION_CODES = [
  'empty',
  'too_long',
  'invalid_email',
  'invalid_phone',
  'invalid_country',
  'invalid_birth_date',
  'ambiguous_birth_date',
  'birth_date_out_of_range',
  'invalid_website',
  'invalid_postal_code',
  'invalid_gender',
] as const;

export type NormalizationCode = (typeof NORMALIZATION_CODES)[number];

export type Refused = { readonly ok: false; readonly code: NormalizationCode };

/** The result of a field that normalises to one string. */
export type NormalizedValue = { readonly ok: true; readonly value: string } | Refused;

const refusals = Object.fromEntries(
  NORMALIZATION_CODES.map((code) => [code, Object.freeze({ ok: false, code })]),
) as Record<NormalizationCode, Refused>;

/** One frozen object per code: refusing a value in a loop over millions of rows allocates nothing. */
export const refused = (code: NormalizationCode): Refused => refusals[code];
