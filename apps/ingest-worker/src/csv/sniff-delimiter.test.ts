import { sniffDelimiter } from './sniff-delimiter';

const sniff = (text: string, complete = true): string =>
  sniffDelimiter(Buffer.from(text), complete, { fieldBytesMax: 1_000, rowBytesMax: 1_000 });

test.each([
  [',', 'name,email\nJane,j@example.com\n'],
  [';', 'name;email;price\nJane;j@example.com;1,5\nJoe;o@example.com;2,5\n'],
  ['\t', 'name\temail\nDoe, Jane\tj@example.com\n'],
  ['|', 'name|email\nJane|j@example.com\n'],
])('finds %j', (delimiter, text) => {
  expect(sniff(text)).toBe(delimiter);
});

test('delimiters inside quotes do not count', () => {
  expect(sniff('"a,b,c";"d,e,f"\n"1,2";"3"\n')).toBe(';');
});

test('a header with a comma in a name does not mislead when the rows do not agree', () => {
  expect(sniff('Name, full;Email\nJane;j@example.com\nJoe;o@example.com\n')).toBe(';');
});

test('one column is read with commas', () => {
  expect(sniff('email\nj@example.com\n')).toBe(',');
  expect(sniff('')).toBe(',');
});

test('a head that ends in mid-record is judged by its whole records', () => {
  expect(sniff('a;b\n1;2\n3,4,5,6', false)).toBe(';');
});
