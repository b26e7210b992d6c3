import { markOf } from './prepared';

test('a statement is kept by the server, or sent ahead, only where it says so in front', () => {
  expect(markOf('\n  /* prepared: lock-wallets */\n SELECT 1')).toEqual({
    name: 'lock-wallets',
    ahead: false,
  });
  expect(markOf('/* prepared: lock-wallets, sent ahead */ SELECT 1')).toEqual({
    name: 'lock-wallets',
    ahead: true,
  });
  expect(markOf('SELECT 1')).toEqual({ name: undefined, ahead: false });
  expect(markOf("SELECT '/* prepared: lock-wallets, sent ahead */'")).toEqual({
    name: undefined,
    ahead: false,
  });
});
