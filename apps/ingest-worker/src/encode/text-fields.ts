/** Fields of plain text. */
import { foldForMatch, normalizeText } from '@bigdata/normalization';
import { classify, foldsToLowerCase, isClean } from './cell-class';
import { createRememberedField } from './remembered-field';
import { type FieldColumns, type FieldEncoder, type RowValues } from './row-values';

/** Longer than the longest text that is taken: what is over it goes through the normaliser. */
const CLEAN_BYTES_MAX = 512;

/** Company, address, city … as they stand, but for white space and invisible characters. */
export function createTextField(values: RowValues, field: FieldColumns, folds: boolean): FieldEncoder {
  const encodeOther = createRememberedField(values, field, {
    normalize: normalizeText,
    ...(folds ? { matchOf } : {}),
  });
  return (bytes, start, end) => {
    const classes = classify(bytes, start, end);
    if (isClean(classes) && (!folds || foldsToLowerCase(classes)) && end - start <= CLEAN_BYTES_MAX) {
      values.columns.copy(field.value, bytes, start, end);
      return;
    }
    encodeOther(bytes, start, end);
  };
}

/** The match form is kept only where it is not the value in lower case: the table makes that one by itself. */
export function matchOf(value: string): string | null {
  const folded = foldForMatch(value);
  return folded === '' || folded === asciiLowerCase(value) ? null : folded;
}

/** ClickHouse's `lower`: A to Z alone. Null where the value is not ASCII, whose case it does not know. */
function asciiLowerCase(value: string): string | null {
  return /^[\x00-\x7f]*$/.test(value) ? value.toLowerCase() : null;
}
