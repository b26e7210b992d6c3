import { gzipSync, zstdCompressSync } from 'node:zlib';
import { refuseOtherContent } from './refuse-other-content';

test.each([
  ['gzip', gzipSync('a,b\n')],
  ['Zstandard', zstdCompressSync('a,b\n')],
])('%s is named as what it is', (name, bytes) => {
  expect(refuseOtherContent(bytes)).toMatchObject({
    code: 'unsupported_format',
    detail: expect.stringContaining(name) as string,
  });
});

test('UTF-16 is refused as an encoding, with and without its mark as no text in UTF-8', () => {
  expect(refuseOtherContent(Buffer.from('\ufeffa,b\n', 'utf16le'))?.code).toBe('unsupported_encoding');
  expect(refuseOtherContent(Buffer.from('a,b\n', 'utf16le'))?.code).toBe('binary_file');
});

test('text passes, with a byte order mark too', () => {
  expect(refuseOtherContent(Buffer.from('a,b\n'))).toBeNull();
  expect(refuseOtherContent(Buffer.from('\ufeffä,b\n'))).toBeNull();
  expect(refuseOtherContent(new Uint8Array())).toBeNull();
});
