import { multipartBoundary, parseMultipart } from './multipart';

test('the boundary is read quoted and bare; other content types have none', () => {
  expect(multipartBoundary('multipart/form-data; boundary=abc; charset=utf-8')).toBe('abc');
  expect(multipartBoundary('Multipart/Form-Data; boundary="a b"')).toBe('a b');
  expect(multipartBoundary('text/plain')).toBeUndefined();
  expect(() => multipartBoundary('multipart/form-data')).toThrow('without a boundary');
});

test('fields and files, with bytes as they were', () => {
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT 1\r\n'),
    Buffer.from('--b\r\nContent-Disposition: form-data; name="t"; filename="f"\r\nContent-Type: x/y\r\n\r\n'),
    Buffer.from([0, 13, 10, 255]),
    Buffer.from('\r\n--b--\r\n'),
  ]);
  expect(parseMultipart(body, 'b')).toEqual([
    { name: 'query', isFile: false, body: Buffer.from('SELECT 1') },
    { name: 't', isFile: true, body: Buffer.from([0, 13, 10, 255]) },
  ]);
});

test('a body without its boundary has no parts, a part without headers is an error', () => {
  expect(parseMultipart(Buffer.from('nothing'), 'b')).toEqual([]);
  expect(() => parseMultipart(Buffer.from('--b\r\nno headers\r\n--b--'), 'b')).toThrow('without headers');
});
