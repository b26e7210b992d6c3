/** Misspelled headers: the synonym that a text is a slip of the keyboard away from. Pure. */
import { editDistance } from './edit-distance';
import { NO_FIELD, SYNONYMS, type Synonym } from './synonyms';

export interface SimilarSynonym extends Synonym {
  /** Slips between the header and the word: 1 or 2. */
  readonly edits: number;
}

/** Shorter words are one slip away from too many others: state, stage, stats. */
const LENGTH_MIN = 5;
const LENGTH_MAX = 40;
const ASCII = /^[\x21-\x7e]+$/;

/** A slip seldom hits the first letter, which leaves a twentieth of the words to compare with. */
const BY_FIRST_LETTER: ReadonlyMap<string, readonly (readonly [word: string, synonym: Synonym])[]> = (() => {
  const index = new Map<string, (readonly [string, Synonym])[]>();
  for (const [word, synonym] of SYNONYMS) {
    if (word.length < LENGTH_MIN || synonym.wordClass === 'ambiguous') continue;
    const list = index.get(word.charAt(0)) ?? [];
    list.push([word, synonym]);
    index.set(word.charAt(0), list);
  }
  return index;
})();

/** @param text a header as `headerText` gives it, known to be no synonym itself */
export function similarSynonym(text: string): SimilarSynonym | null {
  if (text.length < LENGTH_MIN || text.length > LENGTH_MAX || NO_FIELD.has(text)) return null;
  let best: SimilarSynonym | null = null;
  let isContested = false;
  for (const [word, synonym] of BY_FIRST_LETTER.get(text.charAt(0)) ?? []) {
    const edits = editDistance(text, word, editsMax(Math.min(word.length, text.length)));
    if (edits > (best?.edits ?? 2) || !isSlip(text, word, edits)) continue;
    if (best !== null && edits === best.edits) {
      isContested ||= synonym.field !== best.field;
      continue;
    }
    best = { ...synonym, edits };
    isContested = false;
  }
  return isContested ? null : best;
}

function editsMax(length: number): number {
  return length < 9 ? 1 : 2;
}

/**
 * In words of five to seven letters one other letter makes another word (counts, county), so only a letter that is
 * missing, doubled or swapped counts there. Beyond the Latin alphabet words are shorter and say more: no slips at all.
 */
function isSlip(text: string, word: string, edits: number): boolean {
  if (edits > editsMax(Math.min(word.length, text.length))) return false;
  if (!ASCII.test(text)) return word.length >= 8;
  if (word.length > 7) return true;
  return text.length === word.length ? isSwap(text, word) : isPlausibleLength(text, word);
}

function isSwap(text: string, word: string): boolean {
  const sorted = (letters: string): string => Array.from(letters).sort().join('');
  return sorted(text) === sorted(word);
}

/** A letter too many repeats its neighbour or makes a plural; a letter too few may be any but the last. */
function isPlausibleLength(text: string, word: string): boolean {
  if (text === `${word}s`) return true;
  if (text.length > word.length) return text.replace(/(.)\1+/g, '$1') === word.replace(/(.)\1+/g, '$1');
  return text.at(-1) === word.at(-1);
}
