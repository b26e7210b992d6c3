/** One spelling for every way to write a header: `E-Mail`, `e_mail`, `eMail ` and `EMAIL` are one. */
import { foldForMatch } from '@bigdata/normalization';

/** Longer headers are text that got into the first row; reading on would only cost time. */
const HEADER_CHARS_MAX = 200;

/** The words of a header, folded: `contact.emailAddress` is contact, email, address; `Email2` is email, 2. */
export function headerWords(header: string): readonly string[] {
  return header
    .slice(0, HEADER_CHARS_MAX)
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}'’]+/u)
    .map(textOf)
    .filter((word) => word !== '');
}

/** Words of a header in lower case without accents and separators: `firstName (given)` is `firstnamegiven`. */
export function headerText(header: string): string {
  return textOf(header.slice(0, HEADER_CHARS_MAX));
}

/** The name of every column: as written, without surrounding space; empty and repeated ones are told apart. */
export function columnNames(headers: readonly string[]): string[] {
  const used = new Set<string>();
  return headers.map((header, index) => {
    const name = header.trim() || `column_${index + 1}`;
    let unique = name;
    for (let suffix = 2; used.has(unique); suffix += 1) unique = `${name}_${suffix}`;
    used.add(unique);
    return unique;
  });
}

function textOf(text: string): string {
  return foldForMatch(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}
