/** Fields of plain text. */
import { foldForMatch, normalizeText } from '@bigdata/normalization';
import { classify, foldsToLowerCase, isClean, textOf } from './cell-class';
import { remembering } from './memo';
import { type FieldColumns, type FieldEncoder, type RowValues } from './row-values';

/** Longer than the longest text that is taken: what is over it goes through the normaliser. */
const CLEAN_BYTES_MAX = 512;

/** Company, address, city … as they stand, but for white space and invisible characters. */
export function createTextField(values: RowValues, field: FieldColumns, folds: boolean): FieldEncoder {
  return (bytes, start, end) => {
    const classes = classify(bytes, start, end);
    if (isClean(classes) && end - start <= CLEAN_BYTES_MAX) {
      values.columns.copy(field.value, bytes, start, end);
      if (folds && !foldsToLowerCase(classes)) putMatch(values, field, textOf(bytes, start, end, classes));
      return;
    }
    const raw = textOf(bytes, start, end, classes);
    const value = values.take(field, raw, normalizeText(raw), bytes, start, end);
    if (folds && value !== null) putMatch(values, field, value);
  };
}

/** The match form is kept only where it is not the value in lower case: the table makes that one by itself. */
export function putMatch(values: RowValues, field: FieldColumns, value: string): void {
  const match = matchOf(value);
  if (match !== '') values.columns.text(field.match, match);
}

const matchOf = remembering((value) => {
  const folded = foldForMatch(value);
  return folded === asciiLowerCase(value) ? '' : folded;
});

/** ClickHouse's `lower`: A to Z alone. Null where the value is not ASCII, whose case it does not know. */
function asciiLowerCase(value: string): string | null {
  return /^[\x00-\x7f]*$/.test(value) ? value.toLowerCase() : null;
}
