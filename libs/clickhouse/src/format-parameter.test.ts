import { formatParameter } from './format-parameter';

test('a text is escaped, and nothing else happens to it', () => {
  expect(formatParameter("a\tb\nc\rd\0e'f\\g, h]")).toBe("a\\tb\\nc\\rd\\0e\\'f\\\\g, h]");
});

test('a list is quoted text by text', () => {
  expect(formatParameter(["it's", 'a,b', ''])).toBe("['it\\'s','a,b','']");
  expect(formatParameter([])).toBe('[]');
});
