import fc from 'fast-check';
import { RowBinaryWriter } from './row-binary-writer';
import { entryVersion, uuidBytes } from './record-encoder';

const written = (write: (writer: RowBinaryWriter) => void): Buffer => {
  const writer = new RowBinaryWriter();
  write(writer);
  return Buffer.concat(writer.take());
};

test('a text is its length in bytes and its UTF-8, whatever its length and characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(400), (text, repeat) => {
      for (const value of [text, text.repeat(repeat)]) {
        const bytes = Buffer.from(value);
        const length = written((writer) => writer.varint(bytes.length));
        expect(written((writer) => writer.text(value))).toEqual(Buffer.concat([length, bytes]));
      }
    }),
  );
});

test('lengths are LEB128', () => {
  const hex = (value: number): string => written((writer) => writer.varint(value)).toString('hex');
  expect([0, 127, 128, 300, 16_384, 4_294_967_295].map(hex)).toEqual([
    '00',
    '7f',
    '8001',
    'ac02',
    '808001',
    'ffffffff0f',
  ]);
});

test('nothing is lost where a chunk is full, and taking begins anew', () => {
  const writer = new RowBinaryWriter();
  const texts = Array.from({ length: 3_000 }, (_, index) => `${index}`.repeat(1 + (index % 500)));
  for (const text of texts) writer.text(text);
  writer.text('x'.repeat(3_000_000));
  const expected = Buffer.concat(
    [...texts, 'x'.repeat(3_000_000)].map((text) => written((one) => one.text(text))),
  );
  expect(Buffer.concat(writer.take()).equals(expected)).toBe(true);
  expect(writer.take()).toEqual([]);
});

test('a null is one byte, a value follows a zero', () => {
  expect(written((writer) => writer.nullableText(null)).toString('hex')).toBe('01');
  expect(written((writer) => writer.nullableText('é')).toString('hex')).toBe('0002c3a9');
});

test('a UUID is two little-endian numbers', () => {
  expect(uuidBytes('00112233-4455-6677-8899-aabbccddeeff').toString('hex')).toBe(
    '7766554433221100ffeeddccbbaa9988',
  );
});

test('versions rise from batch to batch and from job to job', () => {
  expect(entryVersion(1_767_225_600_000, 2)).toBe(1_767_225_600_000_000_002n);
  expect(entryVersion(1_767_225_600_001, 1) > entryVersion(1_767_225_600_000, 999_999)).toBe(true);
});
