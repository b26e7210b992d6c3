/** Fields whose cells repeat: what a normaliser makes of one is kept as bytes and copied the next time. */
import { type NormalizedValue } from '@bigdata/normalization';
import { rememberingCells } from './cell-memo';
import { type FieldColumns, type RowValues } from './row-values';

export interface RememberedForm {
  /** The canonical value, or null when there is none. */
  readonly text: string | null;
  /** Why there is none. */
  readonly code: string;
  /** The value's bytes where the cell does not have them already. */
  readonly value: Buffer | null;
  readonly match: Buffer | null;
}

/** @returns the canonical value, or null when there is none */
export type RememberingEncoder = (bytes: Buffer, start: number, end: number) => string | null;

export interface RememberedFieldOptions {
  readonly normalize: (raw: string) => NormalizedValue;
  /** What to keep beside a value for comparing by, or null. */
  readonly matchOf?: (value: string) => string | null;
}

export function createRememberedField(
  values: RowValues,
  field: FieldColumns,
  { normalize, matchOf }: RememberedFieldOptions,
): RememberingEncoder {
  const { columns } = values;
  const formOf = rememberingCells((raw): RememberedForm => {
    const result = normalize(raw);
    if (!result.ok) return { text: null, code: result.code, value: null, match: null };
    const { value } = result;
    const match = matchOf?.(value) ?? null;
    return {
      text: value,
      code: '',
      value: value === raw ? null : Buffer.from(value),
      match: match === null ? null : Buffer.from(match),
    };
  });
  return (bytes, start, end) => {
    const form = formOf(bytes, start, end);
    const { text, value, match } = form;
    if (text === null) {
      values.refuse(field, form.code, bytes, start, end);
      return null;
    }
    if (value === null) columns.copy(field.value, bytes, start, end);
    else {
      columns.copy(field.value, value, 0, value.length);
      columns.copy(field.raw, bytes, start, end);
    }
    if (match !== null) columns.copy(field.match, match, 0, match.length);
    return text;
  };
}
