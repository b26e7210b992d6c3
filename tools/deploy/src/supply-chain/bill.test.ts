import { toBill } from './bill';

const shipped = (name: string, more: object = {}) => ({
  place: `node_modules/${name}`,
  name,
  version: '1.0.0',
  licence: 'MIT',
  integrity: 'sha512-AQI=',
  optional: false,
  ...more,
});
const SUBJECT = { name: 'gateway', version: '0.1.0' };

it('names every package once, with its hash and licence, in an order that does not depend on the lock', () => {
  const packages = [shipped('b'), shipped('@scope/a', { optional: true }), shipped('b', { place: 'other' })];
  const bill = toBill(SUBJECT, packages);
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { type: 'application', name: 'gateway', version: '0.1.0' } },
    components: [
      { purl: 'pkg:npm/%40scope/a@1.0.0', scope: 'optional' },
      {
        purl: 'pkg:npm/b@1.0.0',
        scope: 'required',
        hashes: [{ alg: 'SHA-512', content: '0102' }],
        licenses: [{ expression: 'MIT' }],
      },
    ],
  });
  expect(toBill(SUBJECT, [...packages].reverse())).toEqual(bill);
});

it('has a number of its own, which changes with the content', () => {
  const [first, second] = [toBill(SUBJECT, [shipped('a')]), toBill(SUBJECT, [shipped('b')])] as {
    serialNumber: string;
  }[];
  expect(first?.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(second?.serialNumber).not.toBe(first?.serialNumber);
});
