/** Parts of names, and the whole name from its parts or the parts from the whole. */
import { normalizeName, parseFullName } from '@bigdata/normalization';
import { classify, foldsToLowerCase, LOWER, UPPER } from './cell-class';
import { rememberingCells } from './cell-memo';
import { remembering } from './memo';
import { createRememberedField } from './remembered-field';
import { type FieldColumns, type FieldEncoder, type RowValues } from './row-values';
import { matchOf } from './text-fields';

const SPACE = 0x20;
const NAME_BYTES_MAX = 512;
/** Words of names that are nothing but names, so that "Jane Doe" needs no parser. */
const isPlainWord = remembering((word) => {
  const asFirst = parseFullName(`${word} Xyzzy`);
  const asLast = parseFullName(`Xyzzy ${word}`);
  return (
    asFirst.ok &&
    asFirst.first === word &&
    asFirst.last === 'Xyzzy' &&
    asFirst.full === `${word} Xyzzy` &&
    asLast.ok &&
    asLast.first === 'Xyzzy' &&
    asLast.last === word &&
    asLast.full === `Xyzzy ${word}`
  );
});

/** First, middle or last name. */
export function createNamePartField(
  values: RowValues,
  field: FieldColumns,
  part: 'given' | 'family',
): FieldEncoder {
  const encodeOther = createRememberedField(values, field, {
    normalize: (raw) => normalizeName(raw, { part }),
    matchOf,
  });
  return (bytes, start, end) => {
    const classes = classify(bytes, start, end);
    const isMixedCase = (classes & UPPER) !== 0 && (classes & LOWER) !== 0;
    // In mixed case a name is left as it is.
    if (foldsToLowerCase(classes) && isMixedCase && end - start <= NAME_BYTES_MAX) {
      values.columns.copy(field.value, bytes, start, end);
      return;
    }
    encodeOther(bytes, start, end);
  };
}

export interface NameColumns {
  readonly full: FieldColumns;
  readonly first: FieldColumns;
  readonly middle: FieldColumns;
  readonly last: FieldColumns;
  readonly prefix: FieldColumns;
  readonly suffix: FieldColumns;
}

/** The whole name as it was given; it fills the parts that the row does not have. */
export function createFullNameField(values: RowValues, names: NameColumns): FieldEncoder {
  const { columns } = values;
  const fill = (field: FieldColumns, value: string, folds: boolean): void => {
    if (value === '' || columns.has(field.value)) return;
    columns.text(field.value, value);
    if (folds) putMatch(field, value);
  };
  const putMatch = (field: FieldColumns, value: string): void => {
    const match = matchOf(value);
    if (match !== null) columns.text(field.match, match);
  };
  return (bytes, start, end) => {
    const hasParts = columns.has(names.first.value) || columns.has(names.last.value);
    const gap = plainGap(bytes, start, end);
    if (gap !== -1) {
      const first = bytes.toString('latin1', start, gap);
      const last = bytes.toString('latin1', gap + 1, end);
      if (isPlainWord(first) && isPlainWord(last)) {
        columns.copy(names.full.value, bytes, start, end);
        if (hasParts) return;
        columns.copy(names.first.value, bytes, start, gap);
        columns.copy(names.last.value, bytes, gap + 1, end);
        return;
      }
    }
    const raw = bytes.toString('utf8', start, end);
    const parsed = parseFullName(raw);
    if (!parsed.ok) return values.refuse(names.full, parsed.code, bytes, start, end);
    values.put(names.full, raw, parsed.full, bytes, start, end);
    putMatch(names.full, parsed.full);
    if (!hasParts) {
      fill(names.first, parsed.first, true);
      fill(names.middle, parsed.middle, true);
      fill(names.last, parsed.last, true);
    }
    fill(names.prefix, parsed.prefix, false);
    fill(names.suffix, parsed.suffix, false);
  };
}

/** For a row that has parts and no whole name. */
export function createNameJoiner(values: RowValues, names: NameColumns): () => void {
  const { columns } = values;
  const parts = [names.prefix, names.first, names.middle, names.last, names.suffix];
  const matchBytesOf = rememberingCells((full) => {
    const match = matchOf(full);
    return match === null ? null : Buffer.from(match);
  });
  return () => {
    if (columns.has(names.full.value) || !(columns.has(names.first.value) || columns.has(names.last.value)))
      return;
    let bytes = -1;
    let folds = true;
    for (const { field, value, match } of parts) {
      if (!columns.has(value)) continue;
      bytes += value.position - value.valueStart + 1;
      // Prefix and suffix have no match form of their own to tell by.
      folds &&= !columns.has(match) && field !== 'name_prefix' && field !== 'name_suffix';
    }
    const { value: full } = names.full;
    columns.open(full, bytes);
    let at = full.position;
    const end = at + bytes;
    for (const { value } of parts) {
      if (!columns.has(value)) continue;
      for (let from = value.valueStart; from < value.position; from += 1)
        full.data[at++] = value.data[from] ?? 0;
      if (at < end) full.data[at++] = SPACE;
    }
    full.position = at;
    if (folds) return;
    const match = matchBytesOf(full.data, full.valueStart, at);
    if (match !== null) columns.copy(names.full.match, match, 0, match.length);
  };
}

/** Where the only space of "Jane Doe" is: two words of a capital and small letters; else -1. */
function plainGap(bytes: Buffer, start: number, end: number): number {
  if (end - start > 60) return -1;
  let gap = -1;
  let atStart = true;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (atStart) {
      if (byte < 0x41 || byte > 0x5a) return -1;
      atStart = false;
    } else if (byte === SPACE) {
      if (gap !== -1) return -1;
      gap = at;
      atStart = true;
    } else if (byte < 0x61 || byte > 0x7a) return -1;
  }
  return atStart || gap === -1 ? -1 : gap;
}
