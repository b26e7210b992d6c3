import { isRecordFieldName } from '@bigdata/models';
import { headerText } from './header-text';
import { classifiedWords } from './header-words/header-words';
import { BARE_NAMES, LANGUAGES, NO_FIELD, SYNONYMS } from './synonyms';

const WORDS = LANGUAGES.flatMap((language) =>
  Object.entries(language).flatMap(([field, text]) =>
    classifiedWords(text).map(([word, wordClass]) => ({ field, wordClass, text: headerText(word) })),
  ),
);

test('no word stands for two fields, is a bare name too, or is refused elsewhere', () => {
  const clashes = WORDS.filter(
    ({ field, text }) => SYNONYMS.get(text)?.field !== field || BARE_NAMES.has(text) || NO_FIELD.has(text),
  );
  expect(clashes).toEqual([]);
});

test('every list names fields of a record, and no word folds to nothing', () => {
  expect(WORDS.filter(({ field, text }) => !isRecordFieldName(field) || text === '')).toEqual([]);
});

test('the main fields are known in at least twelve lists of languages', () => {
  for (const field of [
    'email',
    'phone',
    'last_name',
    'birth_date',
    'company',
    'address',
    'city',
    'country',
  ] as const) {
    const lists = LANGUAGES.filter((language) => language[field] !== undefined);
    expect({ field, enough: lists.length >= 12 }).toEqual({ field, enough: true });
  }
});

test('umlauts may be written in two letters', () => {
  expect(SYNONYMS.get('straße'.replace('ß', 'ss'))?.field).toBe('address');
  expect(SYNONYMS.get('foedselsdato')?.field).toBe('birth_date');
  expect(SYNONYMS.get('vollstaendigername')?.field).toBe('full_name');
});
