import { parseOptions, selectChecks } from './options';

const CHECKS = [{ name: 'compose' }, { name: 'images' }, { name: 'kubernetes' }];

describe('selectChecks', () => {
  it('gives all, or those that are named, in the order of the list', () => {
    expect(selectChecks(CHECKS, parseOptions([]).only)).toEqual(CHECKS);
    expect(selectChecks(CHECKS, parseOptions(['--only', 'images', '--only', 'compose']).only)).toEqual([
      { name: 'compose' },
      { name: 'images' },
    ]);
  });

  it('refuses a name that no check has, so that a typing error is not a success', () => {
    expect(() => selectChecks(CHECKS, ['image'])).toThrow(
      'no check "image", only compose, images, kubernetes',
    );
    expect(() => parseOptions(['--just', 'images'])).toThrow('--just');
  });
});
