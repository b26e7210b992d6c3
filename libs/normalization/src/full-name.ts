import { hasAccidentalCase, isLatin, repairCase } from './name-case';
import { NAME_LENGTH_MAX } from './name';
import {
  AMBIGUOUS_HONORIFICS,
  AMBIGUOUS_SUFFIXES,
  FACULTIES,
  GENERATION_KEYS,
  HONORIFIC_LINKS,
  HONORIFIC_QUALIFIERS,
  HONORIFICS,
  PARTICLES,
  SUFFIXES,
  SURE_SUFFIXES,
  wordKey,
} from './name-words';
import { refused, type Refused } from './result';
import { boundedText } from './text';

export type NameParts = {
  readonly prefix: string;
  readonly first: string;
  readonly middle: string;
  readonly last: string;
  readonly suffix: string;
};

export type FullName = NameParts & {
  readonly ok: true;
  /** The whole name in natural order; every word of the input is in it. */
  readonly full: string;
  /** Nicknames in the order written, without their quotes or brackets. */
  readonly nickname: string;
};

type MutableParts = {
  prefix: string[];
  first: string[];
  middle: string[];
  last: string[];
  suffix: string[];
  /** Written family name first, as Chinese, Japanese and Korean names are. */
  familyFirst: boolean;
  /** A name that is not cut into parts. */
  whole: string;
};

/** Text in quotes or brackets; bounded by word edges, so that O'Neill and d'Arc are no quotes. */
const NICKNAME =
  /(^|[\s,])(?:"([^"]*)"|“([^”]*)”|«([^»]*)»|\(([^)]*)\)|\[([^\]]*)\]|['‘]([^'‘’]+)['’])(?=$|[\s,])/g;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const OPENS_QUOTE = /["“«(['‘]/;

/** A quoted field inside a field: `"Franců Franců", Jan`. */
const QUOTED_SURNAME = /^"([^",]+)" ?,/;

/** "Ph. D." is one word. */
const SPACED_DEGREE = /\b(Ph\.|Ed\.) (D\b)/gi;

/** "Mr.Doe" lacks its space. */
const GLUED_HONORIFIC = /^(Mrs?|Ms|Dr|Prof|Rev)\.(?=\p{L}{2})/iu;
const SURNAME_LINK = /^[yi]$/i;

const FAMILY_FIRST_SCRIPT =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー・\s]+$/u;

/** Splits a name as people write it. Empty strings stand for parts that are not there. */
export const parseFullName = (raw: string): FullName | Refused => {
  const text = boundedText(raw, NAME_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  if (!LETTER_OR_DIGIT.test(text)) return refused('empty');

  const spaced = text.includes('.') ? text.replace(GLUED_HONORIFIC, '$1. ') : text;
  const unquoted = spaced.startsWith('"') ? spaced.replace(QUOTED_SURNAME, '$1,') : spaced;
  const { bare, nicknames, quoted } = takeNicknames(
    unquoted.includes('. ') ? unquoted.replace(SPACED_DEGREE, '$1$2') : unquoted,
  );
  // Nothing outside the quotes: then the quoted text is the name.
  if (!LETTER_OR_DIGIT.test(bare)) return assemble(splitNatural(tokensOf(text)), [], []);

  const segments = bare
    .split(',')
    .map(tokensOf)
    .filter((segment) => segment.length > 0);
  const trailing: string[] = [];
  while (segments.length > 1 && isSuffixSegment(segments, trailing.length > 0)) {
    trailing.unshift(...(segments.pop() ?? []));
  }
  const [head = [], ...rest] = segments;
  const isInverted = rest.length > 0 && !head.every(isSureHonorific);
  const parts = isInverted ? splitInverted(head, rest.flat()) : splitNatural(segments.flat());
  parts.suffix.push(...trailing);
  return assemble(parts, nicknames, quoted);
};

type Nicknames = {
  readonly bare: string;
  readonly nicknames: readonly string[];
  /** With their quotes or brackets. */
  readonly quoted: readonly string[];
};

const takeNicknames = (text: string): Nicknames => {
  if (!OPENS_QUOTE.test(text)) return { bare: text, nicknames: [], quoted: [] };
  const nicknames: string[] = [];
  const quoted: string[] = [];
  const bare = text.replace(NICKNAME, (match: string, edge: string, ...groups: unknown[]) => {
    const content = groups.slice(0, 6).find((group) => typeof group === 'string');
    nicknames.push(String(content).trim());
    quoted.push(match.slice(edge.length));
    return `${edge} `;
  });
  return { bare, nicknames, quoted };
};

/** The parts in natural order, separated by single spaces. */
export const joinName = ({ prefix, first, middle, last, suffix }: Partial<NameParts>): string =>
  [prefix, first, middle, last, suffix].filter((part) => part !== undefined && part !== '').join(' ');

const tokensOf = (text: string): string[] => text.split(' ').filter((token) => token !== '' && token !== ',');

const isHonorific = (token: string): boolean => HONORIFICS.has(wordKey(token));

const isSureHonorific = (token: string): boolean =>
  isHonorific(token) && !AMBIGUOUS_HONORIFICS.has(wordKey(token));

const isSuffix = (token: string, uniformCase: boolean): boolean => {
  const key = wordKey(token);
  if (!SUFFIXES.has(key)) return false;
  if (!AMBIGUOUS_SUFFIXES.has(key)) return true;
  return token.includes('.') || (!uniformCase && token === token.toUpperCase());
};

/** Credentials that are in no list: capitals, dots and hyphens, as "RN-BC" or "L.C." */
const UNLISTED_CREDENTIAL = /^(?=.{3})[A-Z]+(?:[.-][A-Z]+)*\.?$/;

/**
 * "…, Jr." and "…, M.D., PhD": what follows a comma and is made of suffixes alone. After one word a suffix that is a
 * name as well is a given name: "Smith, Ma". An unlisted credential needs another one beside it: "Doe Roe, ANN".
 */
const isSuffixSegment = (segments: readonly (readonly string[])[], hasSuffix: boolean): boolean => {
  const [head = []] = segments;
  const isList = hasSuffix || segments.length > 2;
  const takesUnlisted = isList && head.length > 1 && !hasAccidentalCase(head.join(' '));
  return (segments.at(-1) ?? []).every((token) => {
    const key = wordKey(token);
    if (SUFFIXES.has(key)) return isList || head.length > 1 || !AMBIGUOUS_SUFFIXES.has(key);
    return takesUnlisted && UNLISTED_CREDENTIAL.test(token);
  });
};

const emptyParts = (): MutableParts => ({
  prefix: [],
  first: [],
  middle: [],
  last: [],
  suffix: [],
  familyFirst: false,
  whole: '',
});

/** Takes honorifics off the front, leaving at least one word. */
const takePrefix = (tokens: string[], prefix: string[]): void => {
  while (tokens.length > 1) {
    const [token = ''] = tokens;
    const key = wordKey(token);
    if (HONORIFIC_QUALIFIERS.has(key) && isHonorific(tokens[1] ?? '') && tokens.length > 2) {
      prefix.push(...tokens.splice(0, 2));
      continue;
    }
    const continues =
      prefix.length > 0 &&
      ((HONORIFIC_LINKS.has(key) && isHonorific(tokens[1] ?? '') && tokens.length > 2) ||
        (FACULTIES.has(key) && token.endsWith('.')));
    if (continues) {
      prefix.push(...tokens.splice(0, 1));
      continue;
    }
    if (!isHonorific(token)) return;
    if (AMBIGUOUS_HONORIFICS.has(key) && !token.endsWith('.') && tokens.length < 3) return;
    prefix.push(...tokens.splice(0, 1));
  }
};

/** Takes suffixes off the end while `keep` words remain. */
const takeSuffix = (tokens: string[], suffix: string[], keep: number): void => {
  const uniformCase = hasAccidentalCase(tokens.join(' '));
  while (tokens.length > keep) {
    const token = tokens.at(-1) ?? '';
    if (!isSuffix(token, uniformCase)) return;
    suffix.unshift(...tokens.splice(-1));
  }
};

const splitNatural = (words: readonly string[]): MutableParts => {
  const tokens = [...words];
  const parts = emptyParts();
  takePrefix(tokens, parts.prefix);
  takeSuffix(tokens, parts.suffix, 2);
  // "John Jr.": with two words left only a suffix that is no surname goes.
  if (tokens.length === 2 && SURE_SUFFIXES.has(wordKey(tokens[1] ?? ''))) {
    parts.suffix.unshift(...tokens.splice(-1));
  }
  if (tokens.length === 1) {
    // "Mr. Smith" is a surname; "Adam" a given name; an unspaced name in Han or Hangul is not cut by guess.
    if (FAMILY_FIRST_SCRIPT.test(tokens[0] ?? '')) return { ...parts, whole: tokens.join(' ') };
    (parts.prefix.length > 0 ? parts.last : parts.first).push(...tokens);
    return parts;
  }
  if (FAMILY_FIRST_SCRIPT.test(tokens.join(' '))) {
    parts.last.push(...tokens.slice(0, 1));
    parts.first.push(...tokens.slice(1));
    return { ...parts, familyFirst: true };
  }
  const cut = surnameStart(tokens);
  parts.first.push(...tokens.slice(0, 1));
  parts.middle.push(...tokens.slice(1, cut));
  parts.last.push(...tokens.slice(cut));
  return parts;
};

/** The surname is the last word with the particles before it: "van der Berg", "de la Cruz", "Ortega y Gasset". */
const surnameStart = (tokens: readonly string[]): number => {
  let start = tokens.length - 1;
  if (start > 2 && SURNAME_LINK.test(tokens[start - 1] ?? '')) start -= 2;
  while (start > 1 && PARTICLES.has(wordKey(tokens[start - 1] ?? ''))) start -= 1;
  return start;
};

const splitInverted = (family: readonly string[], given: readonly string[]): MutableParts => {
  const parts = emptyParts();
  const last = [...family];
  takePrefix(last, parts.prefix);
  takeSuffix(last, parts.suffix, 1);
  const names = [...given];
  takePrefix(names, parts.prefix);
  takeSuffix(names, parts.suffix, 1);
  // "Berg, Anna van der": particles after the given names belong to the surname.
  const particles: string[] = [];
  while (
    names.length > 1 &&
    PARTICLES.has(wordKey(names.at(-1) ?? '')) &&
    names.at(-1) === names.at(-1)?.toLowerCase()
  ) {
    particles.unshift(...names.splice(-1));
  }
  parts.last.push(...particles, ...last);
  parts.first.push(...names.slice(0, 1));
  parts.middle.push(...names.slice(1));
  return parts;
};

const repairWord = (token: string, table: ReadonlyMap<string, string>): string => {
  const spelling = table.get(wordKey(token));
  if (spelling === undefined || (token !== token.toUpperCase() && token !== token.toLowerCase()))
    return token;
  if (!token.includes('.')) return spelling;
  // With dots: "JR." is "Jr.", "m.d." is "M.D.".
  return GENERATION_KEYS.has(wordKey(token)) || /^[^.]+\.$/.test(token)
    ? `${spelling}.`
    : token.toUpperCase();
};

/** "SMITH, John" and "John SMITH" stress the surname; words under three letters may be initials. */
const calmSurname = (words: readonly string[], wholeName: string): string => {
  const isStressed = (word: string): boolean => word.length > 2 && word === word.toUpperCase();
  const text = words.join(' ');
  if (!isLatin(wholeName)) return text;
  if (isStressed(text)) return repairCase(text, 'family');
  return words.map((word) => (isStressed(word) ? repairCase(word, 'family') : word)).join(' ');
};

const assemble = (split: MutableParts, nicknames: readonly string[], quoted: readonly string[]): FullName => {
  const core = [...split.first, ...split.middle, ...split.last].join(' ');
  const repairs = hasAccidentalCase(core);
  const given = (tokens: readonly string[]): string =>
    repairs ? repairCase(tokens.join(' '), 'given') : tokens.join(' ');
  const prefix = split.prefix.map((token) => repairWord(token, HONORIFICS)).join(' ');
  const first = given(split.first);
  const middle = given(split.middle);
  const last = repairs ? repairCase(split.last.join(' '), 'family') : calmSurname(split.last, core);
  const suffix = split.suffix.map((token) => repairWord(token, SUFFIXES)).join(' ');
  const names = split.familyFirst ? [last, first, ...quoted] : [first, middle, ...quoted, last];
  const full = [prefix, ...names, split.whole, suffix].filter((part) => part !== '').join(' ');
  return { ok: true, full, prefix, first, middle, last, suffix, nickname: nicknames.join(' ') };
};
