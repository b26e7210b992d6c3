import { preparedName } from './prepared';

test('a statement is kept by the server only where it says so in front', () => {
  expect(preparedName('\n  /* prepared: lock-wallets */\n SELECT 1')).toBe('lock-wallets');
  expect(preparedName('SELECT 1')).toBeUndefined();
  expect(preparedName("SELECT '/* prepared: lock-wallets */'")).toBeUndefined();
});
