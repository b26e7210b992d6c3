import fc from 'fast-check';
import { editDistance } from './edit-distance';

test.each([
  ['email', 'email', 0],
  ['emial', 'email', 1],
  ['adress', 'address', 1],
  ['telefonnumber', 'telefonnummer', 1],
  ['phnoe nubmer', 'phone number', 2],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('%j and %j are %i slips apart', (a, b, distance) => {
  expect(editDistance(a, b, 5)).toBe(distance);
});

test('a distance over the bound is bound + 1, in either direction', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), fc.nat(4), (a, b, max) => {
      const whole = editDistance(a, b, 100);
      expect(editDistance(a, b, max)).toBe(Math.min(whole, max + 1));
      expect(editDistance(b, a, 100)).toBe(whole);
    }),
  );
});
