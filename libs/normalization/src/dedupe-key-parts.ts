/**
 * What the parts of a rule read from a record. They see normalised values only. What a part gives for a record is for
 * good, as the keys made of it are.
 */
import { type KeyPart } from '@bigdata/models';
import { type DedupeField, type DedupeRecord } from './dedupe-record';
import { emailMatchKey } from './email-providers';
import { foldForMatch } from './fold';
import { parseFullName } from './full-name';

export type PartReader = {
  /** Cheap: false only where `read` comes back empty, so that no name is folded for a rule that cannot apply. */
  readonly mayHave: (record: DedupeRecord) => boolean;
  /** The texts that are hashed, the same number for every record; none where the record lacks the part. */
  readonly read: (record: DedupeRecord) => readonly string[];
};

const NOTHING: readonly string[] = [];

const oneText = (text: string): readonly string[] => (text === '' ? NOTHING : [text]);

const fieldPart = (field: DedupeField, toText: (value: string) => string): PartReader => ({
  mayHave: (record) => Boolean(record[field]),
  read: (record) => oneText(toText(record[field] ?? '')),
});

const asItIs = (value: string): string => value;

const foldWords = (...words: (string | null | undefined)[]): string =>
  foldForMatch(words.filter((word) => word).join(' '));

type NameInParts = Readonly<Record<'first' | 'middle' | 'last' | 'suffix', string | null | undefined>>;

const cameInParts = (record: DedupeRecord): boolean =>
  Boolean(record.first_name) || Boolean(record.last_name);

/** A name that came in parts as it is, one that came whole split; null where that cannot be done. */
const nameInParts = (record: DedupeRecord): NameInParts | null => {
  if (cameInParts(record)) {
    return {
      first: record.first_name,
      middle: record.middle_name,
      last: record.last_name,
      suffix: record.name_suffix,
    };
  }
  const parsed = parseFullName(record.full_name ?? '');
  return parsed.ok ? parsed : null;
};

/** The words of a name that are asked for; of a name that cannot be split, all. */
const nameWords = (record: DedupeRecord, parts: readonly (keyof NameInParts)[]): string => {
  const name = nameInParts(record);
  const words = name ? foldWords(...parts.map((part) => name[part])) : '';
  return words === '' && !cameInParts(record) ? foldWords(record.full_name) : words;
};

/** The suffix tells father and son apart; the honorific does not count. */
const identityName = (record: DedupeRecord): string =>
  nameWords(record, ['first', 'middle', 'last', 'suffix']);

/** Files swap given and family names, so the order of the words does not count. */
const sortedWords = (record: DedupeRecord): string =>
  nameWords(record, ['first', 'middle', 'last']).split(' ').sort().join(' ');

const firstName = (record: DedupeRecord): string => foldWords(nameInParts(record)?.first);

const firstLetter = (text: string): string => /^./u.exec(text)?.[0] ?? '';

const namePart = (toText: (record: DedupeRecord) => string): PartReader => ({
  mayHave: (record) => cameInParts(record) || Boolean(record.full_name),
  read: (record) => oneText(toText(record)),
});

export const KEY_PART_READERS: Readonly<Record<KeyPart, PartReader>> = {
  email: fieldPart('email', emailMatchKey),
  phone: fieldPart('phone', asItIs),
  name: namePart(identityName),
  whole_name: namePart((record) => foldForMatch(record.full_name ?? record.first_name ?? '')),
  first: namePart(firstName),
  initial: namePart((record) => firstLetter(firstName(record))),
  last: namePart((record) => foldWords(nameInParts(record)?.last)),
  words: namePart(sortedWords),
  birth: fieldPart('birth_date', asItIs),
  company: fieldPart('company', foldForMatch),
  address: fieldPart('address', foldForMatch),
  city: {
    mayHave: (record) => Boolean(record.city),
    read: ({ city, region, country }) => [
      foldForMatch(city ?? ''),
      foldForMatch(region ?? ''),
      country ?? '',
    ],
  },
  postal: {
    mayHave: (record) => Boolean(record.postal_code),
    read: (record) => [record.postal_code ?? '', record.country ?? ''],
  },
};

/** A column of the source that maps to no field. Its name is hashed too, and its text counts letter by letter. */
export const attributePart = (column: string): PartReader => {
  const name = column.normalize('NFC');
  return {
    mayHave: () => true,
    read: ({ attributes }) => {
      // A column may be called `constructor`: what an object inherits is no column.
      const value = attributes && Object.hasOwn(attributes, column) ? attributes[column] : null;
      return value ? [name, value.normalize('NFC')] : NOTHING;
    },
  };
};
