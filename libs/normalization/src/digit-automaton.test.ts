import fc from 'fast-check';
import { beginningWith, compileDigitAutomaton, DEAD, firstDigits, START } from './digit-automaton';

const matching = (patterns: readonly string[], digits: string): readonly number[] => {
  const { next, matches } = compileDigitAutomaton(patterns);
  let state = START;
  for (const digit of digits) state = next[state * 10 + Number(digit)] ?? DEAD;
  return matches[state] ?? [];
};

describe('compileDigitAutomaton', () => {
  const atom = fc.oneof(
    fc.constantFrom('0', '1', '23', '\\d', '[1-35]', '[079]', '(?:1|2[3-5])', '(?:[12]|3\\d)?', '(4|56)'),
    fc
      .tuple(fc.constantFrom('7', '\\d', '[2-9]', '(?:8|90)'), fc.constantFrom('?', '{2}', '{1,3}', '{0,2}'))
      .map((parts) => parts.join('')),
  );
  const pattern = fc
    .array(
      fc.array(atom, { maxLength: 4 }).map((atoms) => atoms.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((choices) => choices.join('|'));

  it('tells for any digits which patterns match all of them, as regular expressions do', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        fc.array(fc.stringMatching(/^[0-9]{0,9}$/), { minLength: 5, maxLength: 20 }),
        (patterns, numbers) => {
          for (const digits of numbers) {
            const expected = patterns.flatMap((source, index) =>
              new RegExp(`^(?:${source})$`).test(digits) ? [index] : [],
            );
            expect(matching(patterns, digits)).toEqual(expected);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('takes whatever follows the beginning of a number', () => {
    const patterns = [beginningWith('20[1-3]|7'), '2\\d{2}'];
    expect(matching(patterns, '20')).toEqual([]);
    expect(matching(patterns, '202')).toEqual([0, 1]);
    expect(matching(patterns, '2029999')).toEqual([0]);
    expect(matching(patterns, '204')).toEqual([1]);
  });

  it('makes one state of equal rests', () => {
    const ranges = ['2[0-3]\\d{6}|2[5-9]\\d{6}|3\\d{7}'];
    expect(compileDigitAutomaton(ranges).matches.length).toBe(11);
  });

  it.each(['1+', '1*', '(?=1)1', '1.', '[^1]', '1)', 'a', '^1', '1{2,}'])(
    'refuses %j, which is more than a numbering plan uses',
    (source) => {
      expect(() => compileDigitAutomaton([source])).toThrow();
    },
  );
});

describe('firstDigits', () => {
  it.each([
    ['00', '0'],
    ['0(?:0|1[3-9]\\d)', '0'],
    ['(183[12])|0', '01'],
    ['([2-7]\\d{6})$|1', '1234567'],
    ['0?(?:(11)15)?', '0123456789'],
  ])('a match of %j begins with one of %s', (source, digits) => {
    const set = firstDigits(source);
    expect(
      '0123456789'
        .split('')
        .filter((digit) => (set >> Number(digit)) & 1)
        .join(''),
    ).toBe(digits);
  });
});
