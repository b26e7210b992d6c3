import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { LIMITS, sourceOf } from '../test-support/read-rows';
import { readText } from './read-text';
import { createTranscoder } from './transcode';

function decode(
  bytes: Uint8Array,
  encoding: Parameters<typeof createTranscoder>[0],
  chunkBytes: number,
): Buffer {
  const transcoder = createTranscoder(encoding);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    parts.push(Buffer.from(transcoder.push(Uint8Array.from(bytes.subarray(at, at + chunkBytes)))));
  }
  return Buffer.concat([...parts, transcoder.end()]);
}

const text = fc.string({ unit: 'grapheme' });
const chunk = fc.integer({ min: 1, max: 7 });

test('UTF-16 of either order gives the text, in chunks of any size', () => {
  fc.assert(
    fc.property(text, chunk, (value, chunkBytes) => {
      const bytes = Buffer.from(value, 'utf16le');
      expect(decode(bytes, 'utf-16le', chunkBytes).toString()).toBe(value);
      expect(decode(Buffer.from(bytes).swap16(), 'utf-16be', chunkBytes).toString()).toBe(value);
    }),
  );
});

test('Windows-1252 gives what the web takes it for', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const decoded = decode(bytes, 'windows-1252', 5).toString();
  expect(decoded.length).toBe(256);
  expect(decoded.slice(0x80, 0xa2)).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ\u00a0¡');
});

test('half a surrogate pair and half a code unit become bytes that are no UTF-8', () => {
  fc.assert(
    fc.property(fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff'), chunk, (half, chunkBytes) => {
      const decoded = decode(Buffer.from(`a${half}b\ud83d\ude00`, 'utf16le'), 'utf-16le', chunkBytes);
      expect(isUtf8(decoded)).toBe(false);
      expect(decoded.toString()).toMatch(/^a\ufffd+b😀$/);
    }),
  );
  expect(isUtf8(decode(Buffer.from('a\0b'), 'utf-16le', 2))).toBe(false);
});

test('the text from any position on is the rest of the whole text', async () => {
  const value = 'añ€😀\n'.repeat(20);
  const whole = Buffer.from(value);
  for (const [bytes, encoding] of [
    [whole, 'utf-8'],
    [Buffer.from(value, 'utf16le'), 'utf-16le'],
  ] as const) {
    const plan = { compression: 'none', member: null, encoding } as const;
    for (const position of [0, 1, 11, 64, whole.length]) {
      const parts: Buffer[] = [];
      for await (const part of readText(sourceOf(bytes, 7), plan, LIMITS, position))
        parts.push(Buffer.from(part));
      expect(Buffer.concat(parts).equals(whole.subarray(position))).toBe(true);
    }
  }
});
