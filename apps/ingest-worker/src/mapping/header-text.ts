/** One spelling for every way to write a header: `E-Mail`, `e_mail`, `eMail ` and `EMAIL` are one. */
import { foldForMatch } from '@bigdata/normalization';

/** Words of a header in lower case without accents and separators: `firstName (given)` is `firstnamegiven`. */
export function headerText(header: string): string {
  const words = header.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
  return foldForMatch(words).replace(/[^\p{L}\p{N}]+/gu, '');
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
