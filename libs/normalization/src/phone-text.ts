/**
 * Reads a telephone number out of the text that people write it in, by the rules of Google's libphonenumber: label in
 * front, RFC 3966 URI, punctuation, vanity letters, extension. What comes out is digits; whether they are a number
 * is for phone.ts to decide.
 */
export type PhoneText = {
  /** ASCII digits, without the international prefix sign. */
  readonly digits: string;
  /** Written with a plus sign: the digits begin with a calling code. */
  readonly international: boolean;
  readonly extension?: string;
};

const ASCII = /^[ -~]*$/;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g;
const SPACES = /[\s\u0085]+/g;
const DIGIT = /\p{Nd}/u;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;

/** Everything from the first digit or plus sign. */
const START = /[+0-9]/;
const UNWANTED_END = /[^0-9\p{L}#]+$/u;
/** "415-555-0132 /x123": a second number is cut off. */
const SECOND_NUMBER = /[\\/] *x/;

/** At least three digits, or exactly two, then digits, punctuation and letters. */
const PUNCTUATION = String.raw`\-x‐-―−ー \/().[\]~⁓∼*`;
const VIABLE = new RegExp(`^(?:[0-9]{2}|\\+*(?:[${PUNCTUATION}]*[0-9]){3,}[${PUNCTUATION}A-Za-z0-9]*)$`, 'i');
const VANITY = /(?:[A-Za-z][^A-Za-z]*){3}/;

/**
 * Extension labels by how sure they are: the surer the label, the more digits may follow. All end the text, which is
 * at most 250 characters long.
 */
const EXTENSION = new RegExp(
  [
    String.raw`;ext=([0-9]{1,20})`,
    String.raw`[ ,]*(?:e?xt(?:ensi(?:ó|o\u0301?))?n?|доб|anexo)[:.]?[ ,-]*([0-9]{1,20})#?`,
    String.raw`[ ,]*(?:[x#~]|int)[:.]?[ ,-]*([0-9]{1,9})#?`,
    String.raw`[- ]+([0-9]{1,6})#`,
    String.raw` *(?:,{2}|;)[:.]?[ ,-]*([0-9]{1,15})#?`,
    String.raw` *,+[:.]?[ ,-]*([0-9]{1,9})#?`,
  ]
    .map((pattern) => `(?:${pattern})`)
    .join('|')
    .replace(/^(.*)$/, '(?:$1)$$'),
  'i',
);

/** Every extension has one of these. */
const EXTENSION_MARK = /[x#~,;о]|int/i;

const KEYPAD = '22233344455566677778889999';

/** The number in a text, or undefined when it is not written like one. */
export const readPhoneText = (raw: string): PhoneText | undefined => {
  const text = ASCII.test(raw) ? raw.trim() : toPlainText(raw);
  const candidate = extractCandidate(fromUri(text));
  const extension = EXTENSION_MARK.test(candidate) ? EXTENSION.exec(candidate) : null;
  if (extension) {
    const number = candidate.slice(0, extension.index);
    const read = readNumber(number);
    const groups: (string | undefined)[] = extension.slice(1);
    const digits = groups.find((group) => group !== undefined);
    if (read && digits !== undefined) return { ...read, extension: digits };
  }
  return readNumber(candidate);
};

const toPlainText = (raw: string): string =>
  raw
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .replace(OTHER_DIGIT, asciiDigit)
    .trim();

/** The value of any decimal digit: digits stand in runs of ten from zero, some of them end to end. */
const asciiDigit = (char: string): string => {
  const point = char.codePointAt(0) ?? 0;
  let start = point;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((point - start) % 10);
};

/** RFC 3966: `tel:` in front, `;phone-context=+44` as the missing calling code, other parameters left out. */
const fromUri = (text: string): string => {
  const number = text.replace(/^tel: */i, '');
  const contextAt = number.indexOf(';phone-context=');
  const subaddressAt = number.indexOf(';isub=');
  const withoutSubaddress = subaddressAt > 0 ? number.slice(0, subaddressAt) : number;
  if (contextAt === -1) return withoutSubaddress;
  const context = /^;phone-context=([^;]*)/.exec(number.slice(contextAt))?.[1] ?? '';
  const extension = /;ext=[0-9]{1,20}/.exec(number)?.[0] ?? '';
  const main = number.slice(0, Math.min(contextAt, indexOrEnd(number, ';')));
  // A context is a calling code or a domain name; anything else makes the URI malformed.
  if (/^\+[0-9.()-]*[0-9][0-9.()-]*$/.test(context)) return `${context}${main}${extension}`;
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?$/.test(
    context,
  )
    ? `${main}${extension}`
    : '';
};

const indexOrEnd = (text: string, part: string): number => {
  const index = text.indexOf(part);
  return index === -1 ? text.length : index;
};

const extractCandidate = (text: string): string => {
  const start = text.search(START);
  if (start === -1) return '';
  const candidate = text.slice(start).replace(UNWANTED_END, '');
  const second = candidate.search(SECOND_NUMBER);
  return second === -1 ? candidate : candidate.slice(0, second);
};

const readNumber = (candidate: string): PhoneText | undefined => {
  if (!VIABLE.test(candidate)) return undefined;
  const spelled = VANITY.test(candidate)
    ? candidate.replace(/[A-Za-z]/g, (letter) => KEYPAD.charAt((letter.charCodeAt(0) | 32) - 97))
    : candidate;
  return { digits: spelled.replace(/[^0-9]+/g, ''), international: candidate.startsWith('+') };
};
