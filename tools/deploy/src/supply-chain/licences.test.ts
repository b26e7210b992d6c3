import { findLicenceProblems, isAllowed } from './licences';

describe('isAllowed', () => {
  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'GPL-3.0-only OR (MIT AND ISC)', 'Apache-2.0 AND MIT', '((MIT))'])(
    'allows %s',
    (text) => {
      expect(isAllowed(text)).toBe(true);
    },
  );

  it.each([
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    '(MIT OR ISC) AND AGPL-3.0-only',
    'Apache-2.0 WITH Commons-Clause',
    'SEE LICENSE IN LICENSE.md',
    'UNLICENSED',
    'MIT)',
    '(MIT',
    '',
  ])('does not allow %s', (text) => {
    expect(isAllowed(text)).toBe(false);
  });
});

it('names the package, its version and what it says', () => {
  expect(
    findLicenceProblems([
      { name: 'good', version: '1.0.0', licence: 'MIT' },
      { name: 'bad', version: '2.0.0', licence: 'SSPL-1.0' },
      { name: 'silent', version: '3.0.0', licence: undefined },
    ]),
  ).toEqual(['bad 2.0.0: SSPL-1.0 is not allowed', 'silent 3.0.0: no licence is not allowed']);
});
