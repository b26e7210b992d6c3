import { similarSynonym } from './similar-synonym';

test.each([
  ['emial', 'email'],
  ['emailadress', 'email'],
  ['phnenumber', 'phone'],
  ['telefonnumber', 'phone'],
  ['addres', 'address'],
  ['contry', 'country'],
  ['fristname', 'first_name'],
  ['surnmae', 'last_name'],
  ['dateofbrith', 'birth_date'],
  ['postelcode', 'postal_code'],
  ['comapny', 'company'],
])('%s is a misspelled %s', (text, field) => {
  expect(similarSynonym(text)?.field).toBe(field);
});

test.each([
  'stage',
  'stats',
  'counts',
  'status',
  'calls',
  'mial',
  'cty',
  'username',
  'listname',
  'religion',
  'sender',
  'module',
])('%s is a word of its own', (text) => {
  expect(similarSynonym(text)).toBeNull();
});
