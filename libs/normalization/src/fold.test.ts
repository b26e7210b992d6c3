import { foldForMatch } from './fold';

describe('foldForMatch', () => {
  it.each([
    ['Zoë', 'ZOE\u0308', 'zoe'],
    ["O'Neill", 'O’NEILL', 'oneill'],
    ['Groß', 'GROSS', 'gross'],
    ['Łukasz', 'lukasz', 'lukasz'],
    ['Smith-Jones', 'smith  jones', 'smith jones'],
    ['ACME, Inc.', 'Acme Inc', 'acme inc'],
    ['J.P. Morgan', 'JP Morgan', 'jp morgan'],
    ['Ακμή ΑΕ', 'ΑΚΜΗ αε', 'ακμη αε'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς', 'οδυσσευσ'],
    ['Пётр', 'ПЕТР', 'петр'],
    ['İstanbul', 'ISTANBUL', 'istanbul'],
    ['ＡＣＭＥ', 'acme', 'acme'],
    ['ﬁrst', 'First', 'first'],
    ['محمّد', 'محمد', 'محمد'],
    ['김철수', '김철수'.normalize('NFD'), '김철수'],
  ])('makes %j and %j equal', (a, b, fold) => {
    expect([foldForMatch(a), foldForMatch(b)]).toEqual([fold, fold]);
  });

  it.each([
    ['C++ Labs', 'C Labs'],
    ['C# Labs', 'C Labs'],
    ['A&B', 'AB'],
    ['राम', 'रम'],
    ['が', 'か'],
    ['J P', 'JP'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(foldForMatch(a)).not.toBe(foldForMatch(b));
  });

  it('is empty for white space alone', () => {
    expect(foldForMatch(' \t')).toBe('');
    expect(foldForMatch('!?')).toBe('!?');
  });
});
