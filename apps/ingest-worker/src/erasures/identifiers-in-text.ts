/** E-mail addresses and telephone numbers that stand somewhere in a text, normalised. For rows that could not be read. */
import { normalizeEmail, normalizePhone } from '@bigdata/normalization';

const ADDRESS = /[^\s,;:|"'<>()[\]{}=]+@[^\s,;:|"'<>()[\]{}=]+/gu;
/** Digits with what people put between them; a country's numbers have seven at least. */
const NUMBER = /(?:\+|\b)\(?\d(?:[ ().\-/]{0,3}\d){6,16}/g;

/** Match keys of the addresses in a text. */
export function emailsIn(text: string): string[] {
  return [...text.matchAll(ADDRESS)].flatMap(([found]) => {
    const result = normalizeEmail(found.replace(/\.+$/, ''));
    return result.ok ? [result.matchKey] : [];
  });
}

/** @param country how numbers without a calling code are read */
export function phonesIn(text: string, country: string | null): string[] {
  return [...text.matchAll(NUMBER)].flatMap(([found]) => {
    const result = normalizePhone(found, { defaultCountry: country ?? undefined });
    return result.ok ? [result.phone] : [];
  });
}
