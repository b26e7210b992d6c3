import { createHash } from 'node:crypto';
import { columnNames, headerText } from './header-text';

/** Raised whenever the same header would come to another text: remembered mappings are then looked up in vain. */
const FINGERPRINT_VERSION = 'header.v1';
const NAME_CHARS_MAX = 200;

/**
 * What a file's header is remembered by: files of one origin have one fingerprint.
 * Ignored are case, accents, spaces, punctuation and the split of words (`E-Mail`, `e_mail`, `EMAIL`). Not ignored are
 * the words themselves, their order and the number of columns; a column without a name counts as one of its place.
 * Of a name the first 200 characters count.
 * @param headers as in the file or already made unique by `columnNames`
 * @returns SHA-256 in 64 hexadecimal characters
 */
export function headerFingerprint(headers: readonly string[]): string {
  const hash = createHash('sha256').update(`${FINGERPRINT_VERSION}\n${headers.length}\n`);
  for (const name of columnNames(headers)) hash.update(`${textOf(name)}\n`);
  return hash.digest('hex');
}

/** A name of punctuation alone (`#`, `%`) is its own text. No text holds a line end, so the parts cannot run together. */
function textOf(name: string): string {
  return headerText(name) || name.slice(0, NAME_CHARS_MAX).replace(/\s+/g, ' ').toLowerCase();
}
