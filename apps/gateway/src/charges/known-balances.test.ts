import { createKnownBalances, type KnownBalances } from './known-balances';

let nowMs = 0;
let balances: KnownBalances;

beforeEach(() => {
  nowMs = 1_000;
  balances = createKnownBalances({ clockMs: () => nowMs, maxAgeMs: 500, walletsMax: 2 });
});

const tell = (userId: string, balance: number | null, amount = 1): void =>
  balances.asked(userId, amount)(balance);

test('nothing is known of a wallet before its first charge is answered', () => {
  expect(balances.covers('a', 0)).toBe(false);
  const answered = balances.asked('a', 1);
  expect(balances.covers('a', 0)).toBe(false);
  answered(9);
  expect([balances.covers('a', 9), balances.covers('a', 10)]).toEqual([true, false]);
});

test('what is asked for meanwhile is not there for others', () => {
  tell('a', 10);
  const [first, second] = [balances.asked('a', 4), balances.asked('a', 4)];
  expect([balances.covers('a', 2), balances.covers('a', 3)]).toEqual([true, false]);
  first(6);
  expect([balances.covers('a', 2), balances.covers('a', 3)]).toEqual([true, false]);
  second(2);
  expect([balances.covers('a', 2), balances.covers('a', 3)]).toEqual([true, false]);
});

test('a charge whose outcome nobody knows leaves nothing known', () => {
  tell('a', 10);
  tell('a', null);
  expect(balances.covers('a', 0)).toBe(false);
});

test('what was said too long ago is not known any more', () => {
  tell('a', 10);
  nowMs += 500;
  expect(balances.covers('a', 1)).toBe(true);
  nowMs += 1;
  expect(balances.covers('a', 1)).toBe(false);
});

test('of too many wallets the one that was used least recently is forgotten, and is none the worse for it', () => {
  const answered = balances.asked('a', 1);
  for (const userId of ['b', 'a', 'c']) tell(userId, 10);
  expect(['a', 'b', 'c'].map((userId) => balances.covers(userId, 1))).toEqual([true, false, true]);
  tell('b', 10);
  answered(5);
  expect(balances.covers('a', 1)).toBe(false);
});
