import { Secret } from '@bigdata/platform';
import { createErasureVault } from './erasure-vault';

const vault = createErasureVault(new Secret('e'.repeat(32)));
const other = createErasureVault(new Secret('f'.repeat(32)));
const JANE = { kind: 'email', value: 'jane@example.com' } as const;

test('what is sealed opens with the same key and for the same kind only, and never looks the same twice', () => {
  const sealed = vault.seal(JANE);
  expect(vault.open('email', sealed)).toEqual(JANE);
  expect(sealed.includes('jane')).toBe(false);
  expect(vault.seal(JANE)).not.toEqual(sealed);
  expect(() => other.open('email', sealed)).toThrow();
  expect(() => vault.open('phone', sealed)).toThrow();
  sealed.writeUInt8(sealed.readUInt8(20) ^ 1, 20);
  expect(() => vault.open('email', sealed)).toThrow();
});

test('hashes are the same for the same person and key, and for nothing else', () => {
  expect(vault.subjectHash(JANE)).toMatch(/^[0-9a-f]{64}$/);
  expect(vault.listHash(JANE)).toMatch(/^[0-9a-f]{16}$/);
  for (const hashOf of ['subjectHash', 'listHash'] as const) {
    expect(vault[hashOf]({ ...JANE })).toBe(vault[hashOf](JANE));
    expect(vault[hashOf]({ ...JANE, kind: 'phone' })).not.toBe(vault[hashOf](JANE));
    expect(other[hashOf](JANE)).not.toBe(vault[hashOf](JANE));
  }
  expect(new Set(Object.values(vault.listKeys)).size).toBe(3);
});
