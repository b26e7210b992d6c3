/**
 * The folding behind "equal, whatever the spelling" for names and companies, in the data and in queries alike.
 * Defined by docs/normalization.md; changing what it returns for any input needs a new NORMALIZATION_VERSION.
 */

const PLAIN_LOWER_ASCII = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
const PLAIN_ASCII = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;
const ASCII = /^[ -~]*$/;

/**
 * Accents of the alphabets that are read without them: Latin, Greek, Cyrillic, Hebrew and Arabic. Vowel signs of
 * Indic scripts and the voicing marks of kana are letters in all but name, so they stay.
 */
const ACCENTS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;

/** Letters that NFKD leaves whole. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  ĸ: 'k',
  ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** Marks inside a word: O'Neill and Oneill, J.P. and JP are one spelling. */
const DROPPED = /[.'`´‘’‚‛ʹʻʼʽˈ′·\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** Everything else that only separates. `&`, `#`, `@`, `%` and symbols tell names apart and stay. */
const SEPARATORS = /[[\p{P}\p{Z}\p{Cc}\p{Cf}]--[&#@%]]+/gv;

/** The ASCII part of the two above. */
const DROPPED_ASCII = /[.'`]/g;
const SEPARATORS_ASCII = /[ !"()*,\-/:;?[\\\]_{}]+/g;

const foldPunctuation = (text: string): string => text.replace(DROPPED, '').replace(SEPARATORS, ' ').trim();

/**
 * Lower case, without accents, apostrophes and dots, with other punctuation as one space. Never empty for a value
 * that has a visible character: text made of punctuation alone keeps it. It reads all of its input: bound it first.
 */
export const foldForMatch = (value: string): string => {
  if (PLAIN_LOWER_ASCII.test(value)) return value;
  if (PLAIN_ASCII.test(value)) return value.toLowerCase();
  if (ASCII.test(value)) {
    const lower = value.toLowerCase();
    return lower.replace(DROPPED_ASCII, '').replace(SEPARATORS_ASCII, ' ').trim() || lower.trim();
  }
  const letters = value
    .toWellFormed()
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter);
  return (foldPunctuation(letters) || letters.trim()).normalize('NFC');
};
