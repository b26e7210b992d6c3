/**
 * The shape of the lists beside: how people head the columns of person and company lists. Per field, words in three
 * classes, `exact | lesser | ambiguous`: an exact word names the field, a lesser one a kind or a part of it (mobile is a
 * phone), an ambiguous one is often something else (`by` is a city in Danish). Written without spaces, as `headerText`
 * compares them; no word stands in two fields.
 */
import { type RecordFieldName } from '@bigdata/models';

export type HeaderWords = Readonly<Partial<Record<RecordFieldName, string>>>;

export type WordClass = 'exact' | 'lesser' | 'ambiguous';

export const WORD_CLASSES: readonly WordClass[] = ['exact', 'lesser', 'ambiguous'];

export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** @returns the words of one field with their class */
export function classifiedWords(text: string): readonly (readonly [word: string, wordClass: WordClass])[] {
  return text
    .split('|')
    .flatMap((part, index) =>
      wordsOf(part).map((word) => [word, WORD_CLASSES[index] ?? 'ambiguous'] as const),
    );
}
