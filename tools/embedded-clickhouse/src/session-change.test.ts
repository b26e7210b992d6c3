import { readSessionChange } from './session-change';
import { parseStatement } from './statement';

function change(text: string) {
  const statement = parseStatement(text, true);
  if (statement === 'incomplete') throw new Error('incomplete');
  const { settings, database } = readSessionChange(text, statement);
  return { settings: Object.fromEntries(settings), database };
}

test.each([
  ['SET a = 1', { a: '1' }],
  ["set a='x,y', b = -2.5, c=true;", { a: "'x,y'", b: '- 2.5', c: 'true' }],
  ["SET m = {'a': 1, 'b': 2}, n = [1,2]", { m: "{ 'a' : 1 , 'b' : 2 }", n: '[ 1 , 2 ]' }],
  ['SET a = DEFAULT', { a: 'DEFAULT' }],
])('%s', (text, settings) => {
  expect(change(text)).toEqual({ settings, database: undefined });
});

test.each([
  ['USE d', 'd'],
  ['USE DATABASE d;', 'd'],
  ['use `a``b`', 'a`b'],
])('%s', (text, database) => {
  expect(change(text)).toEqual({ settings: {}, database });
});

test('other statements change nothing', () => {
  expect(change('SELECT 1')).toEqual({ settings: {}, database: undefined });
});
