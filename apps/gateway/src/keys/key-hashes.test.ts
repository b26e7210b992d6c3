import { createPepper } from '@bigdata/models';
import { createKeyHashes } from './key-hashes';

const [current, previous, forgotten] = ['new', 'old', 'forgotten'].map((secret) => createPepper(secret)) as [
  ReturnType<typeof createPepper>,
  ReturnType<typeof createPepper>,
  ReturnType<typeof createPepper>,
];

test('a key is found under the current and under every previous pepper, and under no other', () => {
  const given = createKeyHashes(current, [previous])('key');
  expect(given.current).toBe(current.hash('key'));
  expect(given.include(current.hash('key'))).toBe(true);
  expect(given.include(previous.hash('key'))).toBe(true);
  expect(given.include(forgotten.hash('key'))).toBe(false);
  expect(given.include(current.hash('another key'))).toBe(false);
  expect(given.include('')).toBe(false);
});
