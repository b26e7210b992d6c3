import fc from 'fast-check';
import { createJsonValidator } from './json-validator';

function accepts(text: string, chunkBytes: number): boolean {
  const bytes = Buffer.from(text);
  const validator = createJsonValidator();
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (validator.check(bytes, at, Math.min(bytes.length, at + chunkBytes)) !== -1) return false;
  }
  return validator.isComplete();
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('takes what JSON.parse takes and nothing else, in chunks of any size', () => {
  const token = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"',
    '\\',
    '\\u00e9',
    '1',
    '-',
    '.5',
    'e+1',
    '0',
    'true',
    'null',
    'false',
    ' ',
    '\n',
    '{"a":',
    '"b":1',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 10 }), fc.integer({ min: 1, max: 5 }), (tokens, chunkBytes) => {
      const text = tokens.join('');
      expect(accepts(text, chunkBytes)).toBe(parses(text));
    }),
    { numRuns: 5_000 },
  );
  fc.assert(fc.property(fc.json(), (text) => accepts(text, 3)));
});

test('goes on behind a value in objects that are open already', () => {
  const check = (text: string): boolean => {
    const validator = createJsonValidator(2);
    return validator.check(Buffer.from(text), 0, text.length) === -1 && validator.isComplete();
  };
  expect(check(', "a": [1, {}] }, "b": 2 }\n')).toBe(true);
  expect(check('}')).toBe(false);
  expect(check(']}')).toBe(false);
  expect(check('}} x')).toBe(false);
});
