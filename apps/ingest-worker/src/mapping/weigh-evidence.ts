/** Header and values of one column together. Pure: it knows nothing of the other columns. */
import { type RecordFieldName } from '@bigdata/models';
import { type HeaderGuess, type HeaderReading } from './read-column-header';
import { type ValueEvidence, type ValueGuess } from './value-evidence';

export interface Guess {
  readonly field: RecordFieldName;
  /** 0 … 1 */
  readonly confidence: number;
  readonly reason: 'header' | 'similar_header' | 'values';
}

/** Below it a guess is not followed: an unmapped column is kept, a wrong field is not noticed. */
export const CONFIDENCE_MIN = 0.5;

/** Fewer values do not contradict a header: one bad cell in a short file is a bad cell. */
const VALUES_TO_CONTRADICT = 5;
const AGREE = 0.8;
const CONTRADICT = 0.2;
/** What agreement closes of the gap to 1, and what contradiction leaves. */
const AGREEMENT = 0.5;
const CONTRADICTION = 0.4;

/**
 * Only the best guess: a column that loses its field to a better one stays without, since a second-best guess has been
 * contradicted by the best.
 */
export function weighEvidence(header: HeaderReading, values: ValueEvidence | null): Guess | null {
  const guesses: Guess[] = [];
  if (header.guess) guesses.push(weighHeader(header.guess, values));
  if (values !== null && !header.isForeign) {
    for (const guess of values.guesses) {
      if (guess.field === header.guess?.field || !counts(guess, header)) continue;
      guesses.push({ ...guess, reason: header.hints.has(guess.field) ? 'similar_header' : 'values' });
    }
  }
  const [best] = guesses.sort((a, b) => b.confidence - a.confidence);
  return best !== undefined && best.confidence >= CONFIDENCE_MIN ? best : null;
}

function counts({ field, needs }: ValueGuess, { hints, isNameless }: HeaderReading): boolean {
  // Country or city of birth.
  if (hints.has('birth_date') && field !== 'birth_date') return false;
  if (needs === 'nothing' || isNameless) return needs !== 'hint' || hints.has(field);
  return needs === 'hint' && hints.has(field);
}

function weighHeader(guess: HeaderGuess, values: ValueEvidence | null): Guess {
  if (values === null || values.filled === 0) return guess;
  const { field, confidence } = guess;
  if (contradicts(field, values)) return { ...guess, confidence: confidence * CONTRADICTION };
  const fits = values.fits.get(field) ?? 0;
  return fits >= AGREE ? { ...guess, confidence: confidence + (1 - confidence) * AGREEMENT } : guess;
}

/** Also asked for a bare "Name". */
export function contradicts(field: RecordFieldName, values: ValueEvidence): boolean {
  const isOther = values.guesses.some((guess) => guess.field !== field && guess.needs === 'nothing');
  const enough = values.filled >= VALUES_TO_CONTRADICT || isOther;
  const fits = values.fits.get(field);
  if (fits !== undefined) return enough && fits < CONTRADICT;
  const isPrefix = values.guesses.some((guess) => guess.field === 'name_prefix');
  if (isPrefix && field !== 'name_prefix') return true;
  return enough && NEVER_NUMBERS.has(field) && values.unlikeText >= AGREE;
}

const NEVER_NUMBERS: ReadonlySet<RecordFieldName> = new Set([
  'full_name',
  'first_name',
  'middle_name',
  'last_name',
  'name_prefix',
  'name_suffix',
  'company',
  'job_title',
  'city',
  'region',
  'address',
]);
