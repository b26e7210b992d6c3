import { createLotReplay, type ReplayedEntry } from './replay-lots';

const DAY = 86_400_000;
let id = 0;
const entry = (kind: ReplayedEntry['kind'], amount: number, more: Partial<ReplayedEntry> = {}) => {
  id += 1;
  return { id, kind, amount, charge_id: null, refers_to: null, expires_at: null, ...more };
};
const lot = (amount: number, days: number) => entry('grant', amount, { expires_at: new Date(days * DAY) });
const replay = (...entries: ReplayedEntry[]) => {
  const lots = createLotReplay();
  for (const one of entries) lots.apply(one);
  return [...lots.remaining().values()];
};

beforeEach(() => {
  id = 0;
});

test('a charge burns what expires soonest, and lasting credits last', () => {
  expect(replay(lot(5, 9), entry('grant', 9), lot(5, 2), entry('charge', -7, { charge_id: 'a' }))).toEqual([
    3, 0,
  ]);
});

test('a release of a part gives back what was burnt last', () => {
  const entries = [lot(5, 2), lot(5, 9), entry('charge', -8, { charge_id: 'a' })];
  expect(replay(...entries, entry('release', 2, { charge_id: 'a' }))).toEqual([0, 4]);
  expect(replay(...entries, entry('release', 8, { charge_id: 'a' }))).toEqual([5, 5]);
});

test('an expiry takes what is left', () => {
  expect(replay(lot(5, 2), lot(5, 9), entry('expiry', -5, { refers_to: 1 }))).toEqual([0, 5]);
});

test('the reversal of a grant burns that one first', () => {
  expect(replay(lot(5, 2), lot(5, 9), entry('adjustment', -5, { refers_to: 2 }))).toEqual([5, 0]);
});

test('an expiry of another amount than is left shows', () => {
  expect(replay(lot(5, 2), entry('expiry', -4, { refers_to: 1 }))).toEqual([1]);
});
