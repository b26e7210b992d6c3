import { DEAD, START, type DigitAutomaton } from './digit-automaton';

/**
 * Digits of one number in one buffer that is used again for every number: most cells need no string but the result.
 * The digits begin behind some room, into which a plus sign and a calling code are written.
 */
export type PhoneDigits = {
  /** ASCII codes. */
  readonly codes: Uint8Array;
  /** The first digit. */
  from: number;
  /** Behind the last digit. */
  to: number;
};

/** A plus sign and the longest calling code. */
const ROOM = 4;
const PLUS = 43;
const ZERO = 48;

/** Takes numbers of up to `digitsMax` digits. */
export const createPhoneDigits = (digitsMax: number): PhoneDigits => ({
  codes: new Uint8Array(ROOM + digitsMax),
  from: ROOM,
  to: ROOM,
});

export const clearDigits = (digits: PhoneDigits): void => {
  digits.from = ROOM;
  digits.to = ROOM;
};

/** Replaces the digits by those of a string of digits. */
export const setDigits = (digits: PhoneDigits, text: string): void => {
  clearDigits(digits);
  for (let at = 0; at < text.length; at += 1) digits.codes[ROOM + at] = text.charCodeAt(at);
  digits.to = ROOM + text.length;
};

export const digitAt = ({ codes }: PhoneDigits, at: number): number => (codes[at] ?? ZERO) - ZERO;

export const hasPrefix = ({ codes, from, to }: PhoneDigits, prefix: string): boolean => {
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at += 1) {
    if (codes[from + at] !== prefix.charCodeAt(at)) return false;
  }
  return true;
};

/** The state of an automaton behind the digits from `from` on. */
export const finalState = ({ next }: DigitAutomaton, { codes, to }: PhoneDigits, from: number): number => {
  let state = START;
  for (let at = from; at < to && state !== DEAD; at += 1) {
    state = next[state * 10 + (codes[at] ?? ZERO) - ZERO] ?? DEAD;
  }
  return state;
};

/** Whether the digits from `from` on are a number of an automaton of one pattern. */
export const matchesDigits = (automaton: DigitAutomaton, digits: PhoneDigits, from: number): boolean =>
  (automaton.matches[finalState(automaton, digits, from)]?.length ?? 0) > 0;

export const digitsText = ({ codes, from, to }: PhoneDigits): string => asciiText(codes, from, to);

/** Writes over what stood before the digits. */
export const toE164 = ({ codes, from, to }: PhoneDigits, callingCode: string): string => {
  const start = from - callingCode.length;
  for (let at = 0; at < callingCode.length; at += 1) codes[start + at] = callingCode.charCodeAt(at);
  codes[start - 1] = PLUS;
  return asciiText(codes, start - 1, to);
};

const CHUNK = 16;

/** One call for sixteen characters is faster than any loop, decoder or spread. What lies behind `to` is cut off. */
const asciiText = (codes: Uint8Array, from: number, to: number): string => {
  const text = String.fromCharCode(
    codes[from] ?? 0,
    codes[from + 1] ?? 0,
    codes[from + 2] ?? 0,
    codes[from + 3] ?? 0,
    codes[from + 4] ?? 0,
    codes[from + 5] ?? 0,
    codes[from + 6] ?? 0,
    codes[from + 7] ?? 0,
    codes[from + 8] ?? 0,
    codes[from + 9] ?? 0,
    codes[from + 10] ?? 0,
    codes[from + 11] ?? 0,
    codes[from + 12] ?? 0,
    codes[from + 13] ?? 0,
    codes[from + 14] ?? 0,
    codes[from + 15] ?? 0,
  );
  if (to - from <= CHUNK) return text.slice(0, to - from);
  return text + asciiText(codes, from + CHUNK, to);
};
