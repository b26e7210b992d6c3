import { findLockfileProblems, parseLockfile, shippedPackages } from './lockfile';

const lock = (packages: object) => parseLockfile(JSON.stringify({ packages }));
const SOUND = {
  '': {},
  'apps/door': { dependencies: { a: '1', '@us/lib': '*' }, devDependencies: { tester: '1' } },
  'libs/lib': { dependencies: { b: '1' } },
  'node_modules/@us/lib': { link: true, resolved: 'libs/lib' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', license: 'MIT', dependencies: { b: '2' } },
  'node_modules/a/node_modules/b': {
    version: '2.0.0',
    integrity: 'sha512-b2',
    optionalDependencies: { native: '1', gone: '1' },
  },
  'node_modules/b': { version: '1.0.0', integrity: 'sha512-b1', dependencies: { a: '1' } },
  'node_modules/native': { version: '3.0.0', integrity: 'sha512-n', hasInstallScript: true },
  'node_modules/tester': { version: '4.0.0', integrity: 'sha512-t' },
};

describe('findLockfileProblems', () => {
  it('has nothing against a sound one', () => {
    expect(findLockfileProblems(lock(SOUND), { native: false })).toEqual([]);
  });

  it.each<[string, object, Record<string, boolean>, string]>([
    [
      'a package may be swapped',
      { 'node_modules/a': { version: '1.0.0' } },
      { native: false },
      'node_modules/a has no integrity',
    ],
    [
      'a package is bound to a place',
      { 'node_modules/a': { integrity: 'sha512-a', resolved: 'https://mirror.example/a.tgz' } },
      { native: false },
      'names where it came from: https://mirror.example/a.tgz',
    ],
    ['a script was not judged', {}, {}, 'native has an install script'],
    [
      'a judgement is about nothing',
      {},
      { native: false, a: true },
      'allowScripts judges a, which has no install script',
    ],
  ])('finds that %s', (_what, change, allowed, problem) => {
    expect(findLockfileProblems(lock({ ...SOUND, ...change }), allowed).join('\n')).toContain(problem);
  });
});

describe('shippedPackages', () => {
  it('follows what is needed to run through our own libs, as Node resolves it, and leaves out what tests need', () => {
    expect(
      shippedPackages(lock(SOUND), ['apps/door']).map(({ place, version, optional }) => [
        place,
        version,
        optional,
      ]),
    ).toEqual([
      ['node_modules/a', '1.0.0', false],
      ['node_modules/a/node_modules/b', '2.0.0', false],
      ['node_modules/native', '3.0.0', true],
      ['node_modules/b', '1.0.0', false],
    ]);
  });

  it('counts a package that one needs and another merely likes as needed', () => {
    const packages = {
      'apps/door': { dependencies: { b: '1' }, optionalDependencies: { a: '1' } },
      'node_modules/a': { version: '1' },
      'node_modules/b': { version: '1', dependencies: { a: '1' } },
    };
    expect(shippedPackages(lock(packages), ['apps/door']).filter(({ optional }) => optional)).toEqual([]);
  });

  it('fails over a package that is needed and not locked', () => {
    expect(() => shippedPackages(lock({ 'apps/door': { dependencies: { c: '1' } } }), ['apps/door'])).toThrow(
      'apps/door needs c',
    );
  });
});
