import { repairCase, type NamePart } from './name-case';
import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

/** Longer than any name; a cell over it is some other text. */
export const NAME_LENGTH_MAX = 512;

/** A part of nothing but these is a placeholder for a missing name. */
const NO_LETTER = /^[\p{P}\p{S}\p{Z}]*$/u;

/** One part of a name. `part` decides about particles: "VAN DYKE" is "van Dyke" as a family name, "Van Dyke" as given. */
export const normalizeName = (
  raw: string,
  { part = 'family' }: { part?: NamePart } = {},
): NormalizedValue => {
  const text = boundedText(raw, NAME_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  if (NO_LETTER.test(text)) return refused('empty');
  return { ok: true, value: repairCase(text, part) };
};
