import { inOrderOfReference } from './schema-catalogue';

const table = (name: string, ...refersTo: string[]) => ({ name, refersTo });

test('tables come after those that they refer to, else in the order given', () => {
  const tables = [
    table('lots', 'entries', 'wallets'),
    table('entries'),
    table('wallets', 'users'),
    table('users'),
  ];
  expect(inOrderOfReference(tables).map(({ name }) => name)).toEqual(['entries', 'users', 'wallets', 'lots']);
});

test('tables that refer to each other are an error and no endless search', () => {
  expect(() => inOrderOfReference([table('a', 'b'), table('b', 'a')])).toThrow('circle');
});
