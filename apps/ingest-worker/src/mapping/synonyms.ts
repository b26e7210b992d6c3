/** All the word lists as one table: header text → the field it names. Built once, when the worker starts. */
import { type RecordFieldName } from '@bigdata/models';
import { headerText } from './header-text';
import { CHINESE, HINDI, JAPANESE, KOREAN, SOUTH_EAST_ASIAN } from './header-words/asian';
import { ENGLISH, NOT_A_FIELD } from './header-words/english';
import { DUTCH, GERMAN, SCANDINAVIAN } from './header-words/germanic';
import { classifiedWords, type HeaderWords, type WordClass, wordsOf } from './header-words/header-words';
import { ARABIC, HEBREW, PERSIAN } from './header-words/middle-eastern';
import { BALTIC, FINNISH, GREEK, HUNGARIAN, TURKISH } from './header-words/other-european';
import { FRENCH, ITALIAN, PORTUGUESE, ROMANIAN, SPANISH } from './header-words/romance';
import { CZECH_SLOVAK, POLISH, RUSSIAN, SOUTH_SLAVIC, UKRAINIAN } from './header-words/slavic';

export interface Synonym {
  readonly field: RecordFieldName;
  readonly wordClass: WordClass;
}

/** A list per language or group of related ones. */
export const LANGUAGES: readonly HeaderWords[] = [
  ENGLISH,
  ...[GERMAN, DUTCH, SCANDINAVIAN],
  ...[FRENCH, SPANISH, ITALIAN, PORTUGUESE, ROMANIAN],
  ...[POLISH, CZECH_SLOVAK, SOUTH_SLAVIC, RUSSIAN, UKRAINIAN],
  ...[FINNISH, HUNGARIAN, TURKISH, GREEK, BALTIC],
  ...[ARABIC, HEBREW, PERSIAN],
  ...[CHINESE, JAPANESE, KOREAN, SOUTH_EAST_ASIAN, HINDI],
];

/**
 * Words that mean the whole name in one list and a part of it in another: beside a column of first names they are
 * the family name, beside one of family names the given name, alone the whole name.
 */
const NAME_WORDS = `
  name names nom nombre nome naam navn namn nimi nazwa nev nume nimed isim ismi nama tên nosaukums vardasname
  ονομα όνομα име назва наименование имена الاسم اسم שם نام 名字 名前 お名前 이름 नाम ชื่อ`;

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** `straße` and `jähre` are also written without the letters that a keyboard may lack. */
function spellings(word: string): readonly string[] {
  const plain = headerText(word);
  const inTwoLetters = headerText(word.replace(/[äöüøå]/g, (letter) => UMLAUTS[letter] ?? letter));
  return plain === inTwoLetters ? [plain] : [plain, inTwoLetters];
}

/** Earlier languages win, so that the table does not depend on anything but this file and its lists. */
export const SYNONYMS: ReadonlyMap<string, Synonym> = (() => {
  const table = new Map<string, Synonym>();
  for (const language of LANGUAGES) {
    for (const [field, text] of Object.entries(language) as [RecordFieldName, string][]) {
      for (const [word, wordClass] of classifiedWords(text)) {
        for (const spelling of spellings(word)) {
          if (!table.has(spelling)) table.set(spelling, { field, wordClass });
        }
      }
    }
  }
  return table;
})();

export const BARE_NAMES: ReadonlySet<string> = new Set(wordsOf(NAME_WORDS).flatMap(spellings));

export const NO_FIELD: ReadonlySet<string> = new Set(wordsOf(NOT_A_FIELD).flatMap(spellings));
