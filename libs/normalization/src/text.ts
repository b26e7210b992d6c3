import { refused, type NormalizedValue, type Refused } from './result';

/** Text over this many UTF-16 units is refused before any other work. */
const TEXT_LENGTH_MAX = 4_096;

/** Printable ASCII with single inner spaces: already clean, which most cells are. */
const CLEAN_ASCII = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Invisible characters that carry no meaning in a name or an address: C0 and C1 controls, soft hyphen, zero-width
 * space, direction marks and overrides, byte order mark. The zero-width joiner and non-joiner stay: Persian and the
 * Indic scripts spell words with them.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/** White space of any script, and NEL, which \s leaves out. */
const SPACES = /[\s\u0085]+/g;

/**
 * NFC, white space collapsed and trimmed, invisible characters removed, unpaired surrogates replaced.
 * Idempotent; the caller has bounded the length.
 */
export const cleanText = (raw: string): string => {
  if (CLEAN_ASCII.test(raw)) return raw;
  return raw.toWellFormed().replace(INVISIBLE, '').replace(SPACES, ' ').trim().normalize('NFC');
};

/** Clean text within a length, or why not. The base of every other normaliser. */
export const boundedText = (raw: string, lengthMax: number): string | Refused => {
  if (raw.length > lengthMax) return refused('too_long');
  const text = cleanText(raw);
  if (text === '') return refused('empty');
  // A few characters grow under NFC: without this a value could be accepted once and refused the second time.
  return text.length > lengthMax ? refused('too_long') : text;
};

/** Free text such as company, job title, address, city or region. */
export const normalizeText = (
  raw: string,
  { lengthMax = TEXT_LENGTH_MAX }: { lengthMax?: number } = {},
): NormalizedValue => {
  const text = boundedText(raw, lengthMax);
  return typeof text === 'string' ? { ok: true, value: text } : text;
};
