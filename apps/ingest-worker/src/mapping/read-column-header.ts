/** What a header alone says of a column. Pure: it knows neither the values nor the other columns. */
import { type RecordFieldName } from '@bigdata/models';
import { headerText, headerWords } from './header-text';
import { type WordClass } from './header-words/header-words';
import { COUNTED, FOREIGN, HINTS, MODIFIERS, SECONDARY } from './header-modifiers';
import { similarSynonym } from './similar-synonym';
import { BARE_NAMES, NO_FIELD, SYNONYMS, type Synonym } from './synonyms';

export type HeaderReason = 'header' | 'similar_header';

export interface HeaderGuess {
  readonly field: RecordFieldName;
  /** 0 … 1 */
  readonly confidence: number;
  readonly reason: HeaderReason;
}

export interface HeaderReading {
  readonly guess: HeaderGuess | null;
  /** "Name": which field that is, the other columns decide. `confidence` is for the whole name. */
  readonly bareName: boolean;
  /** The header says that the column is about something else: its values are no evidence. */
  readonly isForeign: boolean;
  /** The header says nothing at all, as in a file without a header row: the values alone decide. */
  readonly isNameless: boolean;
  /** Fields that a part of the header points to, for the values to confirm. */
  readonly hints: ReadonlySet<RecordFieldName>;
}

const BY_CLASS: Readonly<Record<WordClass, number>> = { exact: 0.95, lesser: 0.85, ambiguous: 0.6 };
const BY_EDITS: readonly number[] = [0, 0.75, 0.65];
/** Taken off for the first word that had to be left out, and for every further one. */
const FIRST_WORD_LEFT_OUT = 0.1;
const NEXT_WORD_LEFT_OUT = 0.05;
const SECONDARY_COLUMN = 0.2;
const IN_BRACKETS = 0.02;
/** What is left of a header after leaving words out is never worth less, so that length alone decides nothing. */
const FLOOR = 0.55;

const NAMELESS = /^(?:column|col|field|feld|spalte|colonne|columna|unnamed|f|c|v|x|var)?[ _:-]*\d*$/i;
const BRACKETS = /\s*[([{（【][^)\]}）】]*[)\]}）】]\s*/gu;
const ALTERNATIVES = /[/|,;&+]|\s(?:or|oder|ou|o|and|und|et|y|e)\s/u;
const INDEX = /^\d+$/;

export function readColumnHeader(name: string): HeaderReading {
  const words = headerWords(name);
  const guess = guessOf(name, words);
  const isForeign = guess === null && words.some((word) => FOREIGN.has(word));
  return {
    guess,
    bareName: guess === null && isBareName(name, words),
    isForeign,
    isNameless: NAMELESS.test(name.trim()),
    hints: isForeign ? NO_HINTS : hintsOf(words),
  };
}

const NO_HINTS: ReadonlySet<RecordFieldName> = new Set();

function hintsOf(words: readonly string[]): ReadonlySet<RecordFieldName> {
  const text = words.join('');
  return new Set(HINTS.filter(([, pattern]) => pattern.test(text)).map(([field]) => field));
}

function guessOf(name: string, words: readonly string[]): HeaderGuess | null {
  const text = words.join('');
  if (NO_FIELD.has(text) || BARE_NAMES.has(text)) return null;
  const synonym = SYNONYMS.get(text);
  if (synonym) return toGuess(synonym, 0);
  const guess = outsideBrackets(name) ?? ofAlternatives(name) ?? withoutModifiers(name, words);
  if (guess) return guess;
  return words.some((word) => FOREIGN.has(word)) ? null : misspelled(words);
}

function toGuess({ field, wordClass }: Synonym, less: number): HeaderGuess {
  const confidence = BY_CLASS[wordClass];
  return { field, confidence: Math.max(Math.min(confidence, FLOOR), confidence - less), reason: 'header' };
}

/** "Date of birth (dd/mm/yyyy)", "E-Mail [Pflichtfeld]". */
function outsideBrackets(name: string): HeaderGuess | null {
  const outside = name.replace(BRACKETS, ' ').trim();
  if (outside === name.trim() || outside === '') return null;
  const inside = headerWords(name).filter((word) => !headerWords(outside).includes(word));
  if (inside.some((word) => FOREIGN.has(word))) return null;
  const guess = guessOf(outside, headerWords(outside));
  return guess && { ...guess, confidence: guess.confidence - IN_BRACKETS };
}

/** "Telefon / Mobil" is one field twice; "First, Last" and "Name, Vorname" are whole names; other pairs are nothing. */
function ofAlternatives(name: string): HeaderGuess | null {
  const parts = name.split(ALTERNATIVES).filter((part) => part.trim() !== '');
  if (parts.length < 2 || parts.length > 4) return null;
  const guesses = parts.map((part) => partOf(part));
  const fields = new Set(guesses.map((guess) => guess?.field));
  const confidence = Math.min(...guesses.map((guess) => guess?.confidence ?? 0)) - FIRST_WORD_LEFT_OUT;
  const [field] = fields;
  if (fields.size === 1 && field !== undefined) return { field, confidence, reason: 'header' };
  const isWholeName = guesses.every((guess) => guess !== null && NAME_FIELDS.has(guess.field));
  return isWholeName ? { field: 'full_name', confidence, reason: 'header' } : null;
}

const NAME_FIELDS: ReadonlySet<RecordFieldName> = new Set([
  'first_name',
  'middle_name',
  'last_name',
  'full_name',
]);

function partOf(part: string): HeaderGuess | null {
  const text = headerText(part);
  if (BARE_NAMES.has(text)) return { field: 'last_name', confidence: BY_CLASS.lesser, reason: 'header' };
  const synonym = SYNONYMS.get(text);
  return synonym ? toGuess(synonym, 0) : null;
}

/**
 * Leaves out words that only say whose or which, from the left, from the right or all, and indices of lists, until a
 * synonym is left. A header with a word that is neither is about something else.
 */
function withoutModifiers(name: string, words: readonly string[]): HeaderGuess | null {
  let best: HeaderGuess | null = null;
  for (const rest of remainders(words)) {
    const synonym = SYNONYMS.get(rest.join(''));
    if (!synonym || !words.every((word) => rest.includes(word) || fits(word, synonym.field))) continue;
    const guess = toGuess(synonym, lessFor(words, rest));
    // Of two that are worth the same, the later one is the noun: "address company" is a company.
    if (best === null || guess.confidence >= best.confidence) best = guess;
  }
  return best;
}

/** Every run of words whose surroundings are modifiers, longest first. */
function* remainders(words: readonly string[]): Generator<readonly string[]> {
  if (words.length > WORDS_MAX) return;
  for (let length = words.length - 1; length > 0; length -= 1) {
    for (let start = 0; start + length <= words.length; start += 1) {
      const around = [...words.slice(0, start), ...words.slice(start + length)];
      if (around.every(isLeftOut)) yield words.slice(start, start + length);
    }
  }
  const core = words.filter((word) => !isLeftOut(word));
  if (core.length > 0 && core.length < words.length) yield core;
}

/** Of a header with more words, none is left out: it is a sentence. */
const WORDS_MAX = 10;

function isLeftOut(word: string): boolean {
  return (
    word in COUNTED ||
    MODIFIERS.has(word) ||
    SECONDARY.has(word) ||
    INDEX.test(word) ||
    word === 'name' ||
    word === 'names'
  );
}

function fits(word: string, field: RecordFieldName): boolean {
  return COUNTED[word]?.includes(field) ?? true;
}

/** Indices count from 0 in paths (`emails.0.value`) and from 1 in headers (`E-mail 1 - Value`): both may be the first. */
function lessFor(words: readonly string[], rest: readonly string[]): number {
  const leftOut = words.filter((word) => !rest.includes(word));
  const modifiers = leftOut.filter((word) => !INDEX.test(word)).length;
  const isSecondary = leftOut.some((word) => SECONDARY.has(word) || (INDEX.test(word) && Number(word) > 1));
  const forWords = modifiers === 0 ? 0 : FIRST_WORD_LEFT_OUT + (modifiers - 1) * NEXT_WORD_LEFT_OUT;
  return forWords + (isSecondary ? SECONDARY_COLUMN : 0) + (leftOut.includes('1') ? 0.01 : 0);
}

function misspelled(words: readonly string[]): HeaderGuess | null {
  const candidates = [words, words.filter((word) => !isLeftOut(word))];
  for (const [index, candidate] of candidates.entries()) {
    if (candidate.length === 0) continue;
    const similar = similarSynonym(candidate.join(''));
    if (similar === null) continue;
    const confidence = (BY_EDITS[similar.edits] ?? 0) - (index === 0 ? 0 : NEXT_WORD_LEFT_OUT);
    return { field: similar.field, confidence, reason: 'similar_header' };
  }
  return null;
}

/** "Name", "Customer / Name", "name (full)": whose it is may be said, but not that it is another one's or an alias. */
function isBareName(name: string, words: readonly string[]): boolean {
  const text = headerText(name.replace(BRACKETS, ' '));
  if (BARE_NAMES.has(words.join('')) || BARE_NAMES.has(text)) return true;
  const core = words.filter((word) => !MODIFIERS.has(word) && !INDEX.test(word));
  return core.length === 1 && BARE_NAMES.has(core[0] ?? '') && !NO_FIELD.has(words.join(''));
}
