import { clearDigits, type PhoneDigits } from './phone-digits';

/**
 * The spellings that nearly all numbers have: printable ASCII, a label in front, a plus sign, digits between plain
 * punctuation, a short extension at the end. One pass over the characters, with the same answer as `readPhoneText`,
 * to which anything else is left.
 */
export type PhoneReading = {
  readonly digits: PhoneDigits;
  /** Written with a plus sign: the digits begin with a calling code. */
  international: boolean;
  extension: string | undefined;
};

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

/**
 * Reads the digits into `reading`, none of them where the text is no number; false when the text needs a closer look,
 * and `reading` then holds nothing of use.
 */
export const scanPhone = (raw: string, reading: PhoneReading): boolean => {
  const { length } = raw;
  const { digits } = reading;
  const { codes } = digits;
  clearDigits(digits);
  reading.extension = undefined;
  let at = 0;
  let kind = 0;
  for (; at < length; at += 1) {
    kind = kinds[raw.charCodeAt(at)] ?? 0;
    if (kind === DIGIT || kind === PLUS) break;
    if (kind === 0) return false;
  }
  reading.international = kind === PLUS;
  while (kind === PLUS) {
    at += 1;
    kind = at < length ? (kinds[raw.charCodeAt(at)] ?? 0) : 0;
  }

  const from = digits.to;
  let to = from;
  let isBehindSlash = false;
  for (; at < length; at += 1) {
    const code = raw.charCodeAt(at);
    kind = kinds[code] ?? 0;
    if (kind === DIGIT) {
      codes[to] = code;
      to += 1;
      isBehindSlash = false;
    } else if (kind === PUNCTUATION) isBehindSlash = code === SLASH;
    else if (kind !== BLANK) break;
  }
  const isNumber = to - from >= NUMBER_DIGITS_MIN;
  if (isNumber) digits.to = to;
  if (at === length) return true;
  // "/x123" begins a second number, and letters may spell digits.
  if (!isNumber || isBehindSlash) return false;
  EXTENSION.lastIndex = at;
  const match = EXTENSION.exec(raw);
  reading.extension = match?.[1] ?? match?.[2];
  return match !== null;
};
