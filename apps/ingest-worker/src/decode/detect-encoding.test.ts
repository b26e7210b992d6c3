import { detectEncoding } from './detect-encoding';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const TEXT = 'name,city\nJosé,Zürich\n';

test.each([
  ['UTF-8', Buffer.from(TEXT), 'utf-8'],
  ['UTF-8 with its mark', Buffer.from(`\ufeff${TEXT}`), 'utf-8'],
  ['UTF-16 little-endian with its mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le'],
  ['UTF-16 big-endian with its mark', utf16be(`\ufeff${TEXT}`), 'utf-16be'],
  ['UTF-16 little-endian without', Buffer.from(TEXT, 'utf16le'), 'utf-16le'],
  ['UTF-16 big-endian without', utf16be(TEXT), 'utf-16be'],
  ['UTF-16 of Japanese with its mark', Buffer.from('\ufeff名前,市\n山田,東京\n', 'utf16le'), 'utf-16le'],
  ['Windows-1252', Buffer.from(TEXT, 'latin1'), 'windows-1252'],
  ['nothing', Buffer.alloc(0), 'utf-8'],
  ['UTF-8 with one bad byte', Buffer.concat([Buffer.from(TEXT.repeat(3)), Buffer.of(0xff)]), 'utf-8'],
  ['JSON, which is UTF-8 by definition', Buffer.from('{"a":"é"}', 'latin1'), 'utf-8'],
  ['XML that declares nothing', Buffer.from('<a>é</a>', 'latin1'), 'utf-8'],
  ['XML that says so', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a/>'), 'windows-1252'],
  ['XML that says it is ASCII', Buffer.from("<?xml version='1.0' encoding='us-ascii'?><a/>"), 'utf-8'],
])('%s', (_name, bytes, encoding) => {
  expect(detectEncoding(bytes, true)).toBe(encoding);
});

test('a character that the head cuts in two is no fault', () => {
  const bytes = Buffer.from('a,é😀');
  for (const length of [3, 5, 6, 7]) expect(detectEncoding(bytes.subarray(0, length), false)).toBe('utf-8');
  expect(detectEncoding(bytes.subarray(0, 3), true)).toBe('windows-1252');
});

test.each([
  ['zero bytes', Buffer.from('a\0b\0\0c,d'), 'binary_file'],
  ['UTF-32', Buffer.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), 'unsupported_encoding'],
  [
    'XML in another encoding',
    Buffer.from('<?xml version="1.0" encoding="Shift_JIS"?>'),
    'unsupported_encoding',
  ],
  [
    'XML that says UTF-16 and is not',
    Buffer.from('<?xml version="1.0" encoding="UTF-16"?>'),
    'unsupported_encoding',
  ],
])('%s: refused', (_name, bytes, code) => {
  expect(() => detectEncoding(bytes, true)).toThrow(expect.objectContaining({ code }) as Error);
});
