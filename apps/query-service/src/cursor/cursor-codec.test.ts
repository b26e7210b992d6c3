import { AppError } from '@bigdata/models';
import { Secret } from '@bigdata/platform';
import fc from 'fast-check';
import { createCursorCodec, CURSOR_TTL_MS } from './cursor-codec';

let nowMs = Date.UTC(2026, 5, 30);
const clock = (): number => nowMs;
const codec = createCursorCodec(new Secret('a secret of at least 32 characters'), clock);
const foreign = createCursorCodec(new Secret('another secret of at least 32 characters'), clock);
const SCOPE = '["query",null]';

function codeOf(decode: () => unknown): string {
  try {
    decode();
    return 'no error';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

test('a cursor gives back its position in the scope it was made for', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (scope, position) => {
      expect(codec.decode(scope, codec.encode(scope, position))).toBe(position);
    }),
  );
});

test('a cursor fits into the shape that requests allow', () => {
  expect(codec.encode(SCOPE, 'f'.repeat(32))).toMatch(/^[\w-]+\.[\w-]{43}$/);
});

test('a cursor of another scope or another secret is refused', () => {
  const cursor = codec.encode(SCOPE, 'f'.repeat(32));
  expect(codeOf(() => codec.decode('["query",{}]', cursor))).toBe('invalid_cursor');
  expect(codeOf(() => foreign.decode(SCOPE, cursor))).toBe('invalid_cursor');
});

test('a cursor is good for a day', () => {
  const cursor = codec.encode(SCOPE, 'a:b');
  nowMs += CURSOR_TTL_MS;
  expect(codec.decode(SCOPE, cursor)).toBe('a:b');
  nowMs += 1;
  expect(codeOf(() => codec.decode(SCOPE, cursor))).toBe('invalid_cursor');
});

test('a cursor with any character changed, added or cut off is refused', () => {
  const cursor = codec.encode(SCOPE, '0123456789abcdef0123456789abcdef');
  for (let at = 0; at < cursor.length; at += 1) {
    const other = cursor[at] === 'A' ? 'B' : 'A';
    expect(codeOf(() => codec.decode(SCOPE, cursor.slice(0, at)))).toBe('invalid_cursor');
    expect(codeOf(() => codec.decode(SCOPE, `${cursor.slice(0, at)}!${cursor.slice(at)}`))).toBe(
      'invalid_cursor',
    );
    expect(codeOf(() => codec.decode(SCOPE, cursor.slice(0, at) + other + cursor.slice(at + 1)))).toBe(
      'invalid_cursor',
    );
  }
  expect(codeOf(() => codec.decode(SCOPE, `${cursor}.x`))).toBe('invalid_cursor');
});

test('no text that is not a cursor passes or breaks the codec', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(codeOf(() => codec.decode(SCOPE, text))).toBe('invalid_cursor');
    }),
  );
});
