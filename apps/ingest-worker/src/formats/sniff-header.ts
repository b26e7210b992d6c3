/** Whether the first record of a CSV file names its columns. It does, unless its values clearly belong to the rows. */
import { headerText } from '../mapping/header-text';

type Kind = 'number' | 'email' | 'date' | 'link' | 'phone';

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['number', /^[-+]?\d+([.,]\d+)*$/],
  ['email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['date', /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?$/],
  ['link', /^https?:\/\//i],
  ['phone', /^\+?[\d\s().-]{7,}$/],
];
const YEAR = /^(19|20)\d\d$/;

/** Share of a column's values that must be of one kind for the column to be. */
const MOST = 0.8;

const kindOf = (value: string): Kind | null =>
  KINDS.find(([, pattern]) => pattern.test(value.trim()))?.[0] ?? null;

/** @param isKnown whether a text, folded as headers are, is a header that is known */
export function sniffHeader(
  records: readonly (readonly string[])[],
  isKnown: (text: string) => boolean,
): boolean {
  const [first = [], ...rows] = records;
  if (first.some((name) => isKnown(headerText(name)))) return true;
  // A header that is repeated in mid-file says nothing about the columns.
  const body = rows.filter((row) => row.some((value, index) => value !== first[index]));
  if (body.length === 0) return first.every((value) => kindOf(value) === null);
  let against = 0;
  let years = 0;
  let favour = 0;
  first.forEach((name, index) => {
    const values = body.map((row) => (row[index] ?? '').trim()).filter((value) => value !== '');
    if (values.length === 0) return;
    const kinds = values.map(kindOf);
    const kind = kindOf(name);
    const share = kinds.filter((each) => each !== null && each === (kind ?? kinds[0])).length / values.length;
    if (kind !== null && share >= MOST) {
      against += 1;
      if (YEAR.test(name.trim())) years += 1;
    } else if (kind === null && name.trim() !== '' && values.includes(name.trim())) against += 1;
    else if (kind === null && name.trim() !== '' && share >= MOST) favour += 1;
  });
  // Columns by year are named by numbers that stand over numbers.
  return against === years || against <= favour;
}
