import {
  chooseResponseEncoding,
  createRequestDecoder,
  createResponseEncoder,
  encodeBody,
} from './compression';

test.each([
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1.0, br;q=0.1', 'br'],
  ['deflate, gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['identity', undefined],
  [undefined, undefined],
])('of %s it takes %s', (accepted, expected) => {
  expect(chooseResponseEncoding(accepted)).toBe(expected);
});

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe.each(['zstd', 'br', 'gzip', 'deflate'] as const)('%s', (encoding) => {
  const text = Buffer.from('some text '.repeat(1000));

  test.each([-5, 3, 99])(
    'at level %i, in one go and as a stream, is undone by the decoder',
    async (level) => {
      const encoder = createResponseEncoder(encoding, level);
      encoder.end(text);
      for (const packed of [encodeBody(encoding, text, level), await collect(encoder)]) {
        const decoder = createRequestDecoder(encoding.toUpperCase());
        decoder?.end(packed);
        expect(decoder && (await collect(decoder))).toEqual(text);
      }
    },
  );
});

test('no encoding needs no decoder, an unknown one is an error', () => {
  expect([undefined, '', 'identity'].map(createRequestDecoder)).toEqual([undefined, undefined, undefined]);
  expect(() => createRequestDecoder('lz4')).toThrow(expect.objectContaining({ code: 89 }) as Error);
});
