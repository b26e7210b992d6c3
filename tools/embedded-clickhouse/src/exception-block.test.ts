import { createExceptionTag, toExceptionBlock } from './exception-block';

test('a tag has sixteen small letters and is another each time', () => {
  const tags = new Set(Array.from({ length: 100 }, createExceptionTag));
  expect(tags.size).toBe(100);
  for (const tag of tags) expect(tag).toMatch(/^[a-z]{16}$/);
});

test('the block counts bytes of the message, line feed included', () => {
  expect(toExceptionBlock('abc', 'é\n')).toBe('\r\n__exception__\r\nabc\r\né\n3 abc\r\n__exception__\r\n');
});
