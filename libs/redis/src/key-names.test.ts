import { createKeyNames } from './key-names';

test('all limits of one user share a hash tag, so that Redis Cluster keeps them in one slot', () => {
  const keys = createKeyNames('p:');
  expect(keys.limit('u1', { name: 'minute', window_s: 60 })).toBe('p:limit:{u1}:minute:60');
  expect(keys.limit('u1', { name: 'day', window_s: 86_400 })).toContain('{u1}');
});
