import { SqlLexer } from './sql-lexer';

function scan(text: string): string[] {
  const lexer = new SqlLexer(text);
  const found: string[] = [];
  for (let token = lexer.next(); token; token = lexer.next())
    found.push(`${token.type}:${text.slice(token.start, token.end)}`);
  return found;
}

test('comments of every kind and white space are left out', () => {
  expect(scan('SELECT -- a ; b\n 1 /* ; \n */ + # c\n 2 #! d')).toEqual([
    'word:SELECT',
    'number:1',
    'punctuation:+',
    'number:2',
  ]);
});

test.each([
  [String.raw`'it''s'`, 'string'],
  [String.raw`'a\'b;'`, 'string'],
  [String.raw`'\\'`, 'string'],
  ['`a``b`', 'quoted'],
  ['"a\\"b"', 'quoted'],
  ["$$it's;$$", 'string'],
  ["$tag$ $$ ' ; $tag$", 'string'],
])('%s is one token: %s', (text, type) => {
  expect(scan(`${text} x`)).toEqual([`${type}:${text}`, 'word:x']);
});

test.each(["'open", '`open', '/* open', '$a$ open'])('%s is unfinished to the end of the text', (text) => {
  expect(scan(`x ${text}`)).toEqual(['word:x', `unfinished:${text}`]);
});

test('numbers, names with dollars and bytes above ASCII', () => {
  expect(scan('1e5 0x1F a$1 \xe9')).toEqual(['number:1e5', 'number:0x1F', 'word:a$1', 'word:\xe9']);
});
