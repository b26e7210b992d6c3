import { type PhoneText } from './phone-text';

/**
 * The spellings that nearly all numbers have: printable ASCII, a label in front, a plus sign, digits between plain
 * punctuation, a short extension at the end. One pass over the characters, with the same answer as `readPhoneText`;
 * anything else is left to it.
 */
export const UNDECIDED = Symbol('undecided');

const DIGIT = 1;
const PUNCTUATION = 2;
const PLUS = 3;
const BLANK = 4;
const LABEL = 5;

const NUMBER_DIGITS_MIN = 3;
const SLASH = '/'.charCodeAt(0);

/** What each ASCII character is to a number; 0 is left to the closer look, so are controls and all beyond ASCII. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (char >= '0' && char <= '9') return DIGIT;
  if (char === ' ') return BLANK;
  if (char === '+') return PLUS;
  if ('-()/.[]*'.includes(char)) return PUNCTUATION;
  // A semicolon may begin the parameter of a URI.
  return char > ' ' && char <= '~' && char !== ';' ? LABEL : 0;
});

/** Ends the text. After these labels as many digits may follow as in `readPhoneText`. */
const EXTENSION = /[ ,]*(?:ext(?:ension)?[:.]?[ ,-]*([0-9]{1,20})|[x#][:.]?[ ,-]*([0-9]{1,9})) *$/iy;

/** The number in a text, undefined when there is none, UNDECIDED when the text needs a closer look. */
export const scanPhone = (raw: string): PhoneText | undefined | typeof UNDECIDED => {
  const { length } = raw;
  let at = 0;
  let kind = 0;
  for (; at < length; at += 1) {
    kind = kinds[raw.charCodeAt(at)] ?? 0;
    if (kind === DIGIT || kind === PLUS) break;
    if (kind === 0) return UNDECIDED;
  }
  if (at === length) return undefined;
  const international = kind === PLUS;
  while (kind === PLUS) {
    at += 1;
    kind = at < length ? (kinds[raw.charCodeAt(at)] ?? 0) : 0;
  }

  let digits = '';
  let runStart = -1;
  let lastMark = 0;
  for (; at < length; at += 1) {
    const code = raw.charCodeAt(at);
    kind = kinds[code] ?? 0;
    if (kind === DIGIT) {
      if (runStart === -1) {
        runStart = at;
        lastMark = 0;
      }
      continue;
    }
    if (runStart !== -1) {
      digits += raw.slice(runStart, at);
      runStart = -1;
    }
    if (kind === BLANK) continue;
    if (kind !== PUNCTUATION) break;
    lastMark = code;
  }
  if (runStart !== -1) digits += raw.slice(runStart, at);
  if (at === length) return digits.length < NUMBER_DIGITS_MIN ? undefined : { digits, international };
  // "/x123" begins a second number, and letters may spell digits.
  if (digits.length < NUMBER_DIGITS_MIN || lastMark === SLASH) return UNDECIDED;
  EXTENSION.lastIndex = at;
  const match = EXTENSION.exec(raw);
  return match ? { digits, international, extension: match[1] ?? match[2] ?? '' } : UNDECIDED;
};
