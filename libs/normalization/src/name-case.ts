import { APOSTROPHE_HEADS, LOWER_AFTER_PARTICLE, LOWER_PARTICLES, MAC_SURNAMES } from './name-words';

export type NamePart = 'given' | 'family';

/** Most names: a look for these costs a fraction of one for a Unicode property. */
const PLAIN = /^[ -~]*$/;
const CAPITAL = /[A-Z]/;
const SMALL = /[a-z]/;

const NOT_LATIN_LETTER = /(?!\p{Script=Latin})\p{L}/u;
const VOWEL = /[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ]/i;
const ROMAN_ORDINAL = /^(?:II|III|IV|VI|VII|VIII)$/;

export const isLatin = (text: string): boolean => PLAIN.test(text) || !NOT_LATIN_LETTER.test(text);

/** All capitals or all small letters, in Latin script: only then is the case of a name an accident. */
export const hasAccidentalCase = (text: string): boolean => {
  if (CAPITAL.test(text) && SMALL.test(text)) return false;
  const upper = text.toUpperCase();
  const lower = text.toLowerCase();
  return upper !== lower && (text === upper || text === lower) && isLatin(text);
};

/** Repairs the case of a name written all in capitals or all in small letters; leaves any other as it is. */
export const repairCase = (name: string, part: NamePart): string => {
  if (!hasAccidentalCase(name)) return name;
  const wasUpper = name === name.toUpperCase();
  const tokens = name.split(' ');
  return tokens
    .map((token, index) => {
      const lower = lowerCase(token);
      const isLast = index === tokens.length - 1;
      if (part === 'family' && !isLast && isLowerParticle(lower, tokens[index - 1])) return lower;
      if (wasUpper && isLast && index > 0 && ROMAN_ORDINAL.test(token)) return token;
      // JD, TJ, CJ: initials run together, no name. AL, ED and JO are names.
      if (wasUpper && token.length === 2 && !VOWEL.test(token)) return token;
      const word = capitalizeToken(lower);
      // The capital of a Turkish i keeps its dot.
      return token.startsWith('İ') ? `İ${word.slice(1)}` : word;
    })
    .join(' ');
};

const isLowerParticle = (lower: string, previous: string | undefined): boolean =>
  LOWER_PARTICLES.has(lower) ||
  (previous !== undefined && LOWER_AFTER_PARTICLE.has(lower) && LOWER_PARTICLES.has(lowerCase(previous)));

/** The lower case of a capital İ is i and a combining dot; a name has the plain letter. */
const lowerCase = (text: string): string => text.toLowerCase().replaceAll('i\u0307', 'i');

const INNER_MARK = /([-‐‑–.])/;

const capitalizeToken = (lower: string): string =>
  INNER_MARK.test(lower) ? lower.split(INNER_MARK).map(capitalizeWord).join('') : capitalizeWord(lower);

const capitalizeWord = (lower: string): string => {
  const apostrophe = lower.search(/['’]/);
  if (apostrophe > 0 && APOSTROPHE_HEADS.has(lower.slice(0, apostrophe)) && lower.length > apostrophe + 2) {
    return (
      capitalize(lower.slice(0, apostrophe)) +
      lower.charAt(apostrophe) +
      capitalizeWord(lower.slice(apostrophe + 1))
    );
  }
  if (lower.startsWith('mc') && lower.length > 3) return `Mc${capitalize(lower.slice(2))}`;
  if (MAC_SURNAMES.has(lower)) return `Mac${capitalize(lower.slice(3))}`;
  return capitalize(lower);
};

/** Upper case for the first letter; quotes and brackets before it stay. */
const capitalize = (lower: string): string => {
  if (lower.charAt(0) >= 'a' && lower.charAt(0) <= 'z') return lower.charAt(0).toUpperCase() + lower.slice(1);
  const match = /\p{L}/u.exec(lower);
  if (!match) return lower;
  const [letter] = match;
  const before = lower.slice(0, match.index);
  // 't Hooft
  if (before.endsWith("'") || before.endsWith('’')) return lower;
  const upper = letter.toUpperCase();
  // A letter without a capital of its own (ß, ŉ) stays: its upper case would be two letters.
  return upper.length > letter.length ? lower : before + upper + lower.slice(match.index + letter.length);
};
