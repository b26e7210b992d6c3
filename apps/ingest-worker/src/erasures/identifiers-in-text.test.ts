import { emailsIn, phonesIn } from './identifiers-in-text';

test.each([
  ['Jane;"Jane Doe <J.Doe+x@GMail.com>";1', ['jdoe@gmail.com']],
  ['{"mail":"a@example.com","other":["b@example.com"]}', ['a@example.com', 'b@example.com']],
  ['<mail>a@example.com</mail>', ['a@example.com']],
  ['written to a@example.com.', ['a@example.com']],
  ['mailto:a@example.com,@,x@', ['a@example.com']],
  ['nobody', []],
])('finds the addresses in %s', (text, expected) => {
  expect(emailsIn(text)).toEqual(expected);
});

test.each([
  ['Jane,(415) 555-0132,x', 'US', ['+14155550132']],
  ['tel=+1 415.555.0132;', null, ['+14155550132']],
  ['{"phone":"+4915112345678"}', null, ['+4915112345678']],
  ['(415) 555-0132', null, []],
  ['17 items, 2026-01-31', 'US', []],
])('finds the numbers in %s', (text, country, expected) => {
  expect(phonesIn(text, country)).toEqual(expected);
});
